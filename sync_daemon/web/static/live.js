// Keeps a page up to date: listens to events, has the page's content sent again, and changes
// only the elements that are different. Focus, scroll and what is being typed stay as they are.
// Without it everything works, after a reload.
"use strict";

(function () {
  const main = document.getElementById("main");
  const wanted = (main.dataset.live || "").split(" ").filter(Boolean);
  if (!wanted.length || !window.EventSource) return;

  let timer = null;
  let busy = false;

  async function refresh() {
    timer = null;
    if (busy || document.hidden) return schedule(2000);
    busy = true;
    try {
      // Not stored: going back must find the whole page, not this part of it.
      const options = { headers: { "X-Fragment": "main" }, cache: "no-store" };
      const answer = await fetch(location.href, options);
      if (!answer.ok || answer.redirected) return;
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = parsed.getElementById("main");
      if (fresh) patchChildren(main, fresh);
    } catch {
      schedule(5000); // the server is away; the stream of events comes back by itself
    } finally {
      busy = false;
    }
  }

  function patch(old, fresh) {
    if (old.isEqualNode(fresh) || isBeingEdited(old)) return;
    if (old.nodeName !== fresh.nodeName || old.nodeType !== Node.ELEMENT_NODE) {
      old.replaceWith(fresh);
      return;
    }
    for (const { name } of Array.from(old.attributes)) {
      const isOpen = name === "open" && old.nodeName === "DETAILS";
      if (!fresh.hasAttribute(name) && !isOpen) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    patchChildren(old, fresh);
  }

  // Children with a key (rows of a list) are found again wherever they are now.
  function patchChildren(old, fresh) {
    const known = new Map();
    for (const child of old.children) if (child.dataset.key) known.set(child.dataset.key, child);
    let place = old.firstChild;
    for (const child of Array.from(fresh.childNodes)) {
      const key = child.dataset && child.dataset.key;
      const same = key ? known.get(key) : unkeyed(place);
      if (!same) {
        old.insertBefore(child, place);
        continue;
      }
      if (same === place) place = place.nextSibling;
      else old.insertBefore(same, place);
      patch(same, child);
    }
    while (place) {
      const next = place.nextSibling;
      if (!isBeingEdited(place)) place.remove();
      place = next;
    }
  }

  function unkeyed(node) {
    return node && !(node.dataset && node.dataset.key) ? node : null;
  }

  function isBeingEdited(node) {
    const active = document.activeElement;
    return node.nodeName === "FORM" && node.contains(active) && active.matches("input, textarea, select");
  }

  function schedule(delay) {
    if (timer === null) timer = setTimeout(refresh, delay);
  }

  const events = new EventSource("/api/v1/events");
  for (const kind of wanted.concat("reset")) {
    events.addEventListener(kind, () => schedule(300));
  }
})();
