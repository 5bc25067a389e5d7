// Actions that somebody picks, kept by this browser alone: the boxes to tick, and the links to the address that holds the set.
// The address is written as rallies/picks.py reads it.
const KEY = "rallies.picks";
const MOST = 40;
const VERSION = "01";
const CODE = /^[0-9a-f]{10}$/;
const said = document.querySelector("[data-picks-said]");

function kept() {
  try {
    const codes = JSON.parse(localStorage.getItem(KEY));
    return [...new Set(codes.filter((code) => CODE.test(code)))].sort().slice(0, MOST);
  } catch {
    return [];
  }
}

function keep(codes) {
  try {
    localStorage.setItem(KEY, JSON.stringify(codes));
    return true;
  } catch {
    return false;
  }
}

function tokenOf(codes) {
  const octets = (VERSION + codes.join("")).match(/../g).map((pair) => parseInt(pair, 16));
  let check = 0xffff;
  for (const octet of octets) {
    check ^= octet << 8;
    for (let bit = 0; bit < 8; bit += 1) check = (check & 0x8000 ? (check << 1) ^ 0x1021 : check << 1) & 0xffff;
  }
  const text = btoa(String.fromCharCode(...octets, check >> 8, check & 0xff));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function show() {
  const codes = kept();
  const token = codes.length ? tokenOf(codes) : "";
  for (const box of document.querySelectorAll("[data-pick]")) {
    box.checked = codes.includes(box.dataset.pick);
    box.closest(".pick").hidden = false;
  }
  for (const link of document.querySelectorAll("[data-picks]")) {
    link.href = token ? `${link.dataset.picks}${token}/` : link.dataset.picks;
    if (link.dataset.words) link.textContent = token ? link.dataset.words.replace("{number}", codes.length) : link.dataset.none;
  }
  for (const other of document.querySelectorAll("[data-picks-other]")) {
    other.hidden = !token || token === other.dataset.picksOther;
  }
  return token;
}

function say(words, link) {
  said.textContent = words;
  if (link) {
    const way = document.querySelector("[data-picks][data-words]").cloneNode(true);
    said.replaceChildren(way);
  }
}

document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-pick]");
  if (!box) return;
  // Another tab may have changed them since.
  const codes = new Set(kept());
  if (box.checked) codes.add(box.dataset.pick);
  else codes.delete(box.dataset.pick);
  const isFull = codes.size > MOST;
  const isKept = !isFull && keep([...codes].sort());
  show();
  if (isFull) say(said.dataset.full);
  else if (!isKept) say(said.dataset.refused);
  else say("", true);
});
addEventListener("storage", (event) => (event.key === KEY || event.key === null) && show());
addEventListener("pageshow", show);

const token = show();
const begin = document.querySelector("[data-picks-begin]");
if (begin && token) location.replace(`${begin.dataset.picksBegin}${token}/`);
else if (begin && !keep(kept())) begin.textContent = said.dataset.refused;
