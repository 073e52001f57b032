// Links a picture to its largest size. The browser shows that file alone, and the reader can zoom.
const article = document.querySelector(".article");
for (const picture of article.querySelectorAll(".passage figure picture")) {
  const [address, width] = picture.querySelector("[type='image/webp']").srcset.split(", ").at(-1).split(" ");
  const image = picture.querySelector("img");
  if (parseInt(width) <= image.clientWidth) continue;
  const link = document.createElement("a");
  link.className = "larger";
  link.href = address;
  link.setAttribute("aria-label", [image.alt, article.dataset.larger].filter(Boolean).join(" – "));
  picture.replaceWith(link);
  link.append(picture);
}
