// Which day is today on the visitor's own calendar; the server marks that of the site. Nothing is sent.
const now = new Date();
const [month, day] = [now.getMonth() + 1, now.getDate()].map((number) => String(number).padStart(2, "0"));
const today = `${now.getFullYear()}-${month}-${day}`;

// A table names the class that its row or cell of today has.
for (const table of document.querySelectorAll("[data-today]")) {
  for (const time of table.querySelectorAll("time")) {
    const isToday = time.dateTime === today;
    time.closest("td, tr").classList.toggle(table.dataset.today, isToday);
    if (isToday) time.setAttribute("aria-current", "date");
    else time.removeAttribute("aria-current");
  }
}

for (const line of document.querySelectorAll("[data-today-of]")) line.hidden = line.dataset.todayOf !== today;
