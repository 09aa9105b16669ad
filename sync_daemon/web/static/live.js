// Keeps a page up to date: listens to events, and puts the page's new content in place.
// Without it everything works, after a reload.
"use strict";

(function () {
  const main = document.getElementById("main");
  const wanted = (main.dataset.live || "").split(" ").filter(Boolean);
  if (!wanted.length || !window.EventSource) return;

  let timer = null;
  let busy = false;

  function isTyping() {
    const active = document.activeElement;
    return active && main.contains(active) && /^(INPUT|TEXTAREA|SELECT)$/.test(active.tagName);
  }

  async function refresh() {
    timer = null;
    if (busy || isTyping()) return schedule(2000);
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("main");
      if (fresh && fresh.innerHTML !== main.innerHTML) replace(fresh);
    } finally {
      busy = false;
    }
  }

  function replace(fresh) {
    const open = Array.from(main.querySelectorAll("details[open] > summary"), (s) => s.textContent);
    const place = document.activeElement && document.activeElement.getAttribute("href");
    main.replaceChildren(...fresh.childNodes);
    for (const summary of main.querySelectorAll("details > summary")) {
      if (open.includes(summary.textContent)) summary.parentElement.open = true;
    }
    const again = place && Array.from(main.querySelectorAll("a")).find((a) => a.getAttribute("href") === place);
    if (again) again.focus({ preventScroll: true });
  }

  function schedule(delay) {
    if (timer === null) timer = setTimeout(refresh, delay);
  }

  const events = new EventSource("/api/v1/events");
  for (const kind of wanted.concat("reset")) {
    events.addEventListener(kind, () => schedule(300));
  }
})();
