// Charts, drawn of the numbers that stand in the page. Colours are those of the style sheet.
(() => {
  "use strict";
  const root = document.documentElement;
  const NAMES = { accent: "accent-fill" };

  function color(tone, alpha = 1) {
    const probe = document.createElement("i");
    probe.hidden = true;
    probe.style.color = `var(--${NAMES[tone] ?? tone})`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    if (alpha === 1) return found;
    return found.replace(/^rgb\((.*)\)$/, (_, inner) => `rgba(${inner}, ${alpha})`);
  }

  const sum = (values, margins, sign) =>
    values.map((value, at) => (value === null || margins[at] == null ? null : value + sign * margins[at]));

  function lineOf(series, spec) {
    const isSpark = spec.kind === "spark", tone = color(series.tone);
    return {
      label: series.name, data: series.values, borderColor: tone, borderWidth: 2, cubicInterpolationMode: "monotone", spanGaps: true,
      pointRadius: isSpark ? 0 : 3, pointHoverRadius: isSpark ? 0 : 5, pointHitRadius: 12,
      pointBackgroundColor: tone, backgroundColor: tone,
    };
  }
  // How far the truth may be from the line, as a band around it.
  function bandOf(series) {
    const edge = { borderWidth: 0, pointRadius: 0, pointHitRadius: 0, cubicInterpolationMode: "monotone", spanGaps: true, isBand: true, backgroundColor: color(series.tone, 0.16) };
    return [
      { ...edge, data: sum(series.values, series.margins, 1), fill: "+1" },
      { ...edge, data: sum(series.values, series.margins, -1), fill: false },
    ];
  }
  function barsOf(series) {
    const tones = series.tones.length ? series.tones.map((tone) => color(tone)) : color(series.tone);
    return { label: series.name, data: series.values, backgroundColor: tones, borderRadius: 3, maxBarThickness: 40, minBarLength: 2 };
  }

  function draw(canvas) {
    const spec = JSON.parse(canvas.dataset.chart);
    const isSpark = spec.kind === "spark", isLine = isSpark || spec.kind === "line", isLying = spec.kind === "rows";
    const isMirrored = root.dir === "rtl";
    const numbers = new Intl.NumberFormat(root.lang, { maximumFractionDigits: 1 });
    // The same minus as everywhere else on the page.
    const format = (number) => numbers.format(number).replace("-", "−");
    const lines = isLine ? spec.series.map((series) => lineOf(series, spec)) : spec.series.map(barsOf);
    const bands = isLine && !isSpark ? spec.series.filter((series) => series.margins.length).flatMap(bandOf) : [];
    if (isLying) canvas.parentElement.style.height = `${Math.max(2, spec.labels.length) * 30 + 44}px`;

    const ticks = { color: color("quiet"), font: { size: 12 } };
    const value = {
      grid: { color: color("line") }, border: { display: false }, display: !isSpark, stacked: spec.stacked,
      min: spec.low ?? undefined, max: spec.high ?? undefined, beginAtZero: !isLine, reverse: isLying && isMirrored,
      position: isLying ? "bottom" : isMirrored ? "right" : "left",
      ticks: { ...ticks, maxTicksLimit: 6, includeBounds: false, precision: spec.whole ? 0 : undefined, callback: format },
    };
    const name = {
      grid: { display: false }, border: { color: color("line") }, display: !isSpark, stacked: spec.stacked,
      reverse: !isLying && isMirrored, position: !isLying ? "bottom" : isMirrored ? "right" : "left",
      ticks: { ...ticks, maxRotation: 0, autoSkip: !isLying, autoSkipPadding: 12 },
    };
    const written = ({ datasetIndex: at, dataIndex, dataset, parsed }) => {
      const text = spec.written[at]?.[dataIndex] ?? format(isLying ? parsed.x : parsed.y);
      const margin = spec.series[at]?.margins[dataIndex];
      return `${dataset.label}: ${text}${margin == null || spec.written.length ? "" : ` ± ${format(margin)}`}`;
    };

    Chart.getChart(canvas)?.destroy();
    new Chart(canvas, {
      type: isLine ? "line" : "bar",
      data: { labels: spec.labels, datasets: [...lines, ...bands] },
      options: {
        animation: false, responsive: true, maintainAspectRatio: false, indexAxis: isLying ? "y" : "x", locale: root.lang,
        // Chart.js keeps room for the last name of an axis only where it ends on the right.
        layout: { padding: isSpark ? 3 : { left: isMirrored && !isLying ? 24 : 0 } },
        interaction: isLine ? { mode: "index", intersect: false } : { mode: "nearest", intersect: true },
        scales: isLying ? { x: value, y: name } : { x: name, y: value },
        plugins: {
          legend: {
            display: spec.series.length > 1 && !isSpark, rtl: isMirrored, position: "bottom", onClick: () => {},
            labels: { color: color("text"), boxWidth: 12, boxHeight: 12, filter: (item, data) => !data.datasets[item.datasetIndex].isBand },
          },
          tooltip: {
            enabled: !isSpark, rtl: isMirrored, filter: (item) => !item.dataset.isBand, callbacks: { label: written },
            textDirection: isMirrored ? "rtl" : "ltr",
          },
        },
        onHover: (event, found) => { canvas.style.cursor = found[0] && spec.links[found[0].index] ? "pointer" : ""; },
        onClick: async (event, found) => {
          const link = found[0] && spec.links[found[0].index];
          if (link && (await window.nps.mayLeave())) window.nps.go(link);
        },
      },
    });
  }

  function drawAll(within = document) {
    if (within.matches?.("canvas[data-chart]")) draw(within);
    within.querySelectorAll?.("canvas[data-chart]").forEach(draw);
  }
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  const body = document.body;
  body.addEventListener("htmx:load", ({ detail }) => drawAll(detail.elt));
  // Charts of what is no longer there would listen for ever.
  body.addEventListener("htmx:beforeCleanupElement", ({ detail }) => Chart.getChart(detail.elt)?.destroy());
  body.addEventListener("nps:theme", () => drawAll());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll());
})();
