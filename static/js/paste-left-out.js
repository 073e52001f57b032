// What a paste leaves out or changes: how many of each kind, and the first names. Each module that
// reads the clipboard adds to it, and paste-notice.js says it.
window.pasting = {
  leftOut: () => {
    const kinds = new Map();
    return {
      kinds,
      add(kind, name = "", count = 1) {
        const found = kinds.get(kind) ?? { count: 0, names: [] };
        found.count += count;
        const short = String(name).trim().replace(/\s+/g, " ").slice(0, 40);
        if (short && found.names.length < 3 && !found.names.includes(short)) found.names.push(short);
        kinds.set(kind, found);
      },
    };
  },
};
