// Pictures of a paste: which can be fetched, and their upload by the form of the picture chooser,
// whose checks they pass like all others.
const SHOWN = ["image/jpeg", "image/png", "image/webp", "image/avif"];
const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator})[\p{Extended_Pictographic}\p{Regional_Indicator}\u200d\ufe0f\u{1f3fb}-\u{1f3ff}]*$/u;
//: What programs write by themselves.
const NO_ALT = /\.\w{3,4}$|^(image|bilde|picture|grafikk|graphic|img|logo)?[\s_-]*\d*$|(automatically generated|automatisk generert|AI-generated|KI-generert)/i;

// «sign» for a picture of a letter, «picture» for one to upload, neither for one to leave out.
pasting.pictureOf = (element, fromRtf, left) => {
  const src = element.getAttribute("src") ?? "";
  const alt = pasting.clean(element.getAttribute("alt") ?? "").replace(/\s+/g, " ").trim();
  if (EMOJI.test(alt)) return { sign: alt };
  if ([element.getAttribute("width"), element.getAttribute("height")].some((size) => /^[0-3](px)?$/.test(size ?? ""))) return {};
  const picture = { alt: NO_ALT.test(alt) ? "" : alt.slice(0, 500), caption: "" };
  const file = src.startsWith("data:") ? fileOf(src) : /^(file|cid|x-apple|applewebdata):|^\/?[\w.-]+$/i.test(src) || !src ? fromRtf() : null;
  if (file) return { picture: { ...picture, file } };
  if (/^blob:/.test(src) || (/^https?:/.test(src) && URL.parse?.(src)?.origin === location.origin) || /^\/(?!\/)/.test(src)) return { picture: { ...picture, src } };
  left.add(/^https?:|^\/\//.test(src) ? "pictures_elsewhere" : "pictures_lost", picture.alt || nameOf(src));
  return {};
};

function nameOf(src) {
  return /^data:/.test(src) ? "" : decodeURI(src.split(/[?#]/)[0].replace(/%(?![0-9a-f]{2})/gi, "")).split(/[\\/]/).at(-1).slice(0, 40);
}

function fileOf(source) {
  const found = /^data:(image\/[\w.+-]+)((?:;[^,;]*)*),(.*)$/s.exec(source);
  if (!found) return null;
  try {
    const [, type, options, data] = found;
    const text = /;base64/i.test(options) ? atob(data.replace(/\s+/g, "")) : decodeURIComponent(data);
    return new File([Uint8Array.from(text, (letter) => letter.charCodeAt(0))], `image.${type.split("/")[1]}`, { type });
  } catch {
    return null;
  }
}

// Word puts the pictures of its text into the RTF form of the same clipboard, in the same order.
pasting.rtfPictures = (rtf) => {
  if (!rtf || rtf.length > 60_000_000) return () => null;
  const files = rtf.split("{\\pict").slice(1).map((part) => {
    const type = /\\(png|jpeg)blip/.exec(part.slice(0, 4000))?.[1];
    // The identifier before the data is shorter.
    const data = type && /[0-9a-f\r\n]{64,}/i.exec(part)?.[0];
    const pairs = data?.replace(/\s+/g, "").match(/../g);
    return pairs && new File([Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16))], `image.${type}`, { type: `image/${type}` });
  });
  const known = files.filter(Boolean);
  return () => known.shift() ?? null;
};

async function fetched(picture) {
  if (picture.file) return picture.file;
  if (picture.src.startsWith("blob:")) return drawn(picture.src);
  const answer = await fetch(picture.src, { credentials: "same-origin" });
  const data = answer.ok ? await answer.blob() : null;
  if (!data?.type.startsWith("image/")) throw new Error("");
  return new File([data], nameOf(picture.src) || "image", { type: data.type });
}

// A format that the portal does not take, such as GIF or BMP, becomes PNG.
async function drawn(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight });
  canvas.getContext("2d").drawImage(image, 0, 0);
  const data = await new Promise((done) => canvas.toBlob(done, "image/png"));
  return new File([data], "image.png", { type: "image/png" });
}

async function sendable(file) {
  if (SHOWN.includes(file.type)) return file;
  const address = URL.createObjectURL(file);
  try {
    const png = await drawn(address);
    return new File([png], file.name.replace(/\.\w+$/, "") + ".png", { type: "image/png" });
  } finally {
    URL.revokeObjectURL(address);
  }
}

const json = async (address, options) => {
  const answer = await fetch(address, { credentials: "same-origin", headers: { "X-Requested-With": "XMLHttpRequest" }, ...options });
  return answer.json();
};

// Returns the chooser's value for the uploaded picture. Raises an error with the reason.
pasting.upload = async (picture, title) => {
  const file = await sendable(await fetched(picture));
  const chooser = new DOMParser().parseFromString((await json(pasting.words.chooser)).html, "text/html");
  const form = chooser.querySelector('form[enctype="multipart/form-data"]');
  if (!form) throw new Error(pasting.words.refused);
  const data = new FormData(form);
  const named = (end) => [...form.elements].find((field) => field.name?.endsWith(end)).name;
  const stem = file.name.replace(/\.\w+$/, "");
  data.set(named("-title"), (picture.alt || (/^image|^bilde$/i.test(stem) ? title : stem)).slice(0, 255));
  const ending = file.type.split("/")[1].replace("jpeg", "jpg");
  data.set(named("-file"), file, `${stem || "image"}.${ending}`);
  const answer = await json(form.getAttribute("action"), { method: "POST", body: data });
  if (answer.step === "chosen" || answer.result) return answer.result;
  const page = new DOMParser().parseFromString(answer.htmlFragment ?? answer.html ?? "", "text/html");
  const again = page.querySelector("a.use-new-image");
  if (again) return (await json(again.getAttribute("href"))).result;
  throw new Error(page.querySelector(".error-message")?.textContent.trim() ?? "");
};
