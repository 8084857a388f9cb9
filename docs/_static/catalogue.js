// Narrows the table of requirements to what the form above it asks for; without a script all rows are there.
const form = document.getElementById("catalogue-filter");

if (form) {
  const rows = [...document.querySelectorAll("#catalogue tbody tr")].map((row) => ({
    row,
    text: row.textContent.replaceAll("\u200b", "").toLowerCase(),
  }));
  const told = form.querySelector("output");

  const fits = ({ row, text }, asked) =>
    asked.words.toLowerCase().split(/\s+/).every((word) => text.includes(word)) &&
    ["level", "operation", "feature"].every((key) => !asked[key] || row.dataset[key] === asked[key]) &&
    (!asked.profile || row.dataset.profile.split(" ").includes(asked.profile));

  const narrow = () => {
    const asked = Object.fromEntries(new FormData(form));
    let shown = 0;
    for (const each of rows) {
      each.row.hidden = !fits(each, asked);
      shown += each.row.hidden ? 0 : 1;
    }
    told.textContent = `${shown} of ${rows.length} requirements`;
  };

  form.hidden = false;
  form.addEventListener("input", narrow);
  form.addEventListener("submit", (event) => event.preventDefault());
  narrow();
}
