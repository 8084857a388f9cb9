"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (name, properties) => Object.assign(document.createElement(name), properties);
  const requirements = all(".requirement");
  const operations = all(".operation");
  const search = make("input", { type: "search", autocomplete: "off", spellcheck: false });

  // Links open what they lead to.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let each = target; each; each = each.parentElement) if (each.matches("details")) each.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  // Commands and links can be copied.
  const select = (element) => getSelection().selectAllChildren(element);
  const copier = (words, text, element) => {
    const button = make("button", { type: "button", className: "copy", textContent: words });
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text());
        button.textContent = "copied";
      } catch {
        select(element);
        button.textContent = "selected: press Ctrl+C";
      }
      setTimeout(() => { button.textContent = words; }, 2000);
    });
    return button;
  };
  const furnish = (root) => {
    if (root.dataset.furnished) return;
    root.dataset.furnished = "yes";
    all("pre.curl", root).forEach((pre) => pre.before(copier("copy", () => pre.textContent, pre)));
    all("a.permalink", root).forEach((link) => link.after(copier("copy link", () => link.href, link)));
  };
  document.addEventListener("toggle", (event) => {
    if (event.target.matches(".requirement[open]")) furnish(event.target);
  }, true);
  all(".requirement[open], #left").forEach(furnish);

  // What is asked for is counted, and operations without any of it step back.
  const panel = document.querySelector(".filters");
  const field = make("label", { textContent: "with the words " });
  field.append(search);
  panel.append(field);
  const shown = document.getElementById("shown");
  const refresh = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const isNarrowed = words.length || all("select", panel).some((each) => each.value) || !document.getElementById("show-all").checked;
    requirements.forEach((each) => {
      const text = words.length ? each.querySelector("summary").textContent.toLowerCase() : "";
      each.hidden = !words.every((word) => text.includes(word));
    });
    const visible = requirements.filter((each) => !each.hidden && getComputedStyle(each).display !== "none");
    const peopled = new Set(visible.map((each) => each.closest(".operation")));
    operations.forEach((each) => {
      each.hidden = isNarrowed && !peopled.has(each);
      if (isNarrowed && peopled.has(each)) each.open = true;
    });
    shown.textContent = isNarrowed ? `${visible.length} of ${requirements.length} requirements` : "";
  };
  panel.addEventListener("input", refresh);
})();
