// A chart that answers to the pointer, in place of the picture that the server drew.
// It reads the table beside it: the numbers are in the page once. Names and numbers
// go into the page as text alone.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import "./chart.css";

// Up to so many days are bars, as the server draws them.
const maxBars = 62;

const counted = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export function enhanceCharts(root) {
  for (const figure of root.querySelectorAll("figure[data-chart]")) {
    const table = root.getElementById(figure.dataset.chart);
    if (table && figure.querySelector(".plot")) {
      mount(figure, read(table));
    }
  }
}

// read takes the rows out of a table: label, this period, the period before. A row
// is a day, a week or a month, known by its first day.
function read(table) {
  const days = [];
  for (const row of table.tBodies[0].rows) {
    const [head, now, before] = row.cells;
    days.push({
      day: head.dataset.day,
      label: head.textContent,
      now: Number(now.dataset.value),
      before: before?.dataset.value === undefined ? null : Number(before.dataset.value),
    });
  }
  return days;
}

// mount shows the chart, and draws it anew when colours or width change.
function mount(figure, days) {
  const box = document.createElement("div");
  box.className = "live";
  box.setAttribute("aria-hidden", "true"); // the caption and the table say it all
  figure.prepend(box);
  figure.classList.add("is-live");
  let plot = draw(box, days);
  new ResizeObserver(() => {
    if (box.clientWidth > 0 && box.clientWidth !== plot.width) {
      plot.setSize({ width: box.clientWidth, height: box.clientHeight });
    }
  }).observe(box);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    plot.destroy();
    plot = draw(box, days);
  });
}

function draw(box, days) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const compared = days.some((d) => d.before !== null);
  const bars = days.length <= maxBars;
  const data = [days.map((_, i) => i), days.map((d) => d.before), days.map((d) => d.now)];
  return new uPlot(
    {
      width: box.clientWidth,
      height: box.clientHeight,
      padding: [10, 8, 0, 0],
      legend: { show: false },
      cursor: { points: { show: !bars }, y: false, drag: { x: true, y: false, dist: 8 } },
      scales: {
        x: { time: false, range: (_, lo, hi) => (days.length === 1 ? [-0.5, 0.5] : bars ? [lo - 0.5, hi + 0.5] : [lo, hi]) },
        y: { range: (_, lo, hi) => [0, Math.max(4, hi) * 1.02] },
      },
      series: [{}, before(bars, compared, colour), now(bars, colour)],
      axes: [xAxis(days, colour), yAxis(colour)],
      plugins: [tooltip(days)],
    },
    data,
    box,
  );
}

function before(bars, compared, colour) {
  const common = { show: compared, points: { show: false } };
  if (bars) {
    return { ...common, width: 0, fill: colour("--ghost"), paths: uPlot.paths.bars({ size: [0.88, 105], radius: 0.08 }) };
  }
  return { ...common, width: 1.25, stroke: colour("--ghost-line"), dash: [4, 3] };
}

function now(bars, colour) {
  const accent = colour("--accent");
  if (bars) {
    return { width: 0, fill: accent, points: { show: false }, paths: uPlot.paths.bars({ size: [0.6, 72], radius: 0.12 }) };
  }
  return { width: 1.75, stroke: accent, fill: accent + "1f", points: { show: false } };
}

const words = '12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif';

function xAxis(days, colour) {
  return {
    stroke: colour("--dim"),
    font: words,
    size: 30,
    space: 84,
    grid: { show: false },
    ticks: { show: false },
    incrs: [1, 2, 5, 7, 14, 28, 30, 61, 91, 182, 365],
    values: (u, splits) => splits.map((i) => briefly(days[i]?.day, shown(days, u.scales.x))),
  };
}

function yAxis(colour) {
  return {
    stroke: colour("--dim"),
    font: words,
    size: 46,
    space: 42,
    grid: { stroke: colour("--rule"), width: 1 },
    ticks: { show: false },
    values: (u, splits) => splits.map((v) => round(v, u.scales.y.max)),
  };
}

// shown returns how many days an axis spans.
function shown(days, { min, max }) {
  const at = (i) => Date.parse(days[Math.min(days.length - 1, Math.max(0, Math.round(i)))].day);
  return (at(max) - at(min)) / 86_400_000;
}

// round writes a number in the unit that its axis needs; nothing is counted by halves.
function round(v, top) {
  if (v === 0 || top < 1e4) {
    return Number.isInteger(v) ? counted.format(v) : "";
  }
  return top < 1e6 ? `${+(v / 1e3).toFixed(1)}k` : `${+(v / 1e6).toFixed(1)}M`;
}

// briefly writes a day as the length of what is shown allows.
function briefly(day, span) {
  if (!day) {
    return "";
  }
  const at = new Date(day + "T00:00:00Z");
  const format = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options }).format(at);
  if (span <= 8) {
    return format({ weekday: "short", day: "numeric" });
  }
  return span > 400 ? format({ month: "short", year: "numeric" }) : format({ day: "numeric", month: "short" });
}

// tooltip says what the day under the pointer holds.
function tooltip(days) {
  let box;
  const lines = [];
  return {
    hooks: {
      init: (u) => {
        box = document.createElement("div");
        box.className = "tip";
        for (const name of ["tip-day", "tip-now", "tip-before"]) {
          const line = document.createElement("div");
          line.className = name;
          box.append(line);
          lines.push(line);
        }
        box.hidden = true;
        u.over.append(box);
      },
      setCursor: (u) => {
        const { idx, left } = u.cursor;
        const day = idx === null || left < 0 ? undefined : days[idx];
        box.hidden = !day;
        if (day) {
          tell(lines, day);
          place(u, box, idx);
        }
      },
    },
  };
}

function tell([label, now, before], day) {
  label.textContent = day.label;
  now.textContent = `${counted.format(day.now)} messages`;
  before.textContent = day.before === null ? "" : `${counted.format(day.before)} in the period before`;
}

// place puts the tip beside its day, on the side that has room.
function place(u, box, idx) {
  const x = u.valToPos(idx, "x");
  const right = x + 16 + box.offsetWidth <= u.over.clientWidth;
  box.style.transform = `translate(${right ? x + 16 : Math.max(0, x - 16 - box.offsetWidth)}px, 8px)`;
}
