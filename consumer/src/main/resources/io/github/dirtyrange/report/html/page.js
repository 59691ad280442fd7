// Draws what the page's JSON says. Texts come from processes: they are set as text, never as HTML.
'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const narrow = window.matchMedia('(max-width: 600px)');
  const hover = window.matchMedia('(hover: hover)');
  const PICTURE_WIDTH = 1200;

  // Okabe and Ito's colours, told apart by most eyes; in the dark, their lighter kin.
  const LIGHT = {
    ink: '#1b1f24', quiet: '#57606a', line: '#d0d7de', paper: '#ffffff', absent: '#e3e7eb',
    series: ['#0072b2', '#d55e00', '#007a5a', '#a3488a', '#8a6100', '#3d8fc4'],
    levels: ['#e8f3c4', '#c1e2b5', '#83cbba', '#41b0c2', '#1f8cbb', '#2260a6', '#23398a', '#0d1a52'],
  };
  const DARK = {
    ink: '#e6e9ed', quiet: '#a5aeb8', line: '#353c45', paper: '#14181d', absent: '#2a3038',
    series: ['#56b4e9', '#ff8a3c', '#2fc49a', '#e29ac9', '#e6b422', '#9ad0f5'],
    levels: ['#26335c', '#28508a', '#266fa5', '#238fb0', '#35adb0', '#74c7a5', '#bddf9d', '#f6f9c0'],
  };
  const LEVELS = ['some', '0.1 %', '0.3 %', '1 %', '3 %', '10 %', '30 %', '90 %'];
  const UNCHANGED = 'nothing changed';
  const ABSENT = 'nothing mapped';
  const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'pin', 'roundRect'];
  const DASHES = ['solid', 'dashed', 'dotted', [10, 4, 2, 4], [4, 4], [14, 4]];
  const FONT = 'system-ui, "Liberation Sans", "DejaVu Sans", sans-serif';

  function el(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  // Numbers, as the program prints them.
  function scaled(value, step, units) {
    let unit = 0;
    while (Math.abs(value) >= step && unit < units.length - 1) { value /= step; unit++; }
    return Number(value.toPrecision(3)).toLocaleString('en') + ' ' + units[unit];
  }
  const WRITTEN = {
    NANOS: value => scaled(value, 1000, ['ns', 'us', 'ms', 's']),
    BYTES: value => scaled(value, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']),
    PAGES: value => value >= 100000 ? scaled(value, 1000, ['', 'k', 'M', 'G', 'T']).replace(' ', '')
      : Number(value.toPrecision(6)).toLocaleString('en'),
    PERCENT: value => Number(value.toPrecision(3)).toLocaleString('en') + ' %',
    SECONDS: value => Number(value.toPrecision(4)).toLocaleString('en') + ' s',
  };
  const write = (axis, value) => WRITTEN[axis.unit](value);

  function tip(...lines) {
    const box = el('div', {});
    lines.forEach((line, i) => box.append(el('div', i ? {} : { style: 'font-weight:600' }, line)));
    return box;
  }

  // What all charts have: titles and floors are text of the picture, since it is kept by itself too.
  function common(chart, look, picture) {
    return {
      animation: false,
      backgroundColor: picture ? look.paper : 'transparent',
      color: look.series,
      textStyle: { color: look.ink, fontFamily: FONT },
      title: picture ? { text: chart.title, subtext: data.title, left: 'center', top: 12,
        textStyle: { color: look.ink }, subtextStyle: { color: look.quiet } } : { show: false },
      aria: { enabled: true, label: { description: chart.title + '. ' + chart.says }, decal: { show: false } },
      grid: { left: 18, right: 24, top: picture ? 90 : 36, bottom: 44, containLabel: true },
      tooltip: { confine: true, backgroundColor: look.paper, borderColor: look.line,
        textStyle: { color: look.ink }, extraCssText: 'max-width:18rem;white-space:normal;overflow-wrap:anywhere' },
    };
  }

  function valueAxis(axis, look, more) {
    return Object.assign({
      type: axis.log ? 'log' : 'value', logBase: axis.unit === 'BYTES' ? 4 : 10,
      max: data => axis.log && axis.unit === 'PERCENT' && data.max > 10 ? 100 : null,
      name: axis.name, nameLocation: 'middle', nameGap: 28,
      nameTextStyle: { color: look.quiet }, scale: axis.log,
      axisLabel: { color: look.ink, hideOverlap: true, formatter: value => write(axis, value) },
      axisLine: { lineStyle: { color: look.line } }, splitLine: { lineStyle: { color: look.line } },
    }, more);
  }

  // Its name stands above it: beside the numbers there is no room on a phone.
  function upright(axis, look) {
    return valueAxis(axis, look, { nameLocation: 'end', nameGap: 12, nameTextStyle: { color: look.quiet, align: 'left' } });
  }

  function nameAxis(names, look, width) {
    return {
      type: 'category', data: names, inverse: true, axisTick: { show: false },
      axisLabel: { color: look.ink, width, overflow: 'truncate', interval: 0, margin: 14 },
      axisLine: { lineStyle: { color: look.line } },
      splitLine: { show: true, lineStyle: { color: look.line } },
    };
  }

  function floorLine(floor, axis, look, at) {
    return floor && {
      silent: true, symbol: 'none', lineStyle: { type: 'dashed', color: look.quiet, width: 1.5 },
      label: { formatter: floor.name + ' ' + write(axis, floor.value), color: look.quiet,
        position: at === 'xAxis' ? 'start' : 'insideEndTop' },
      data: [{ [at]: floor.value }],
    };
  }

  const DRAWN = {
    dots(chart, look, picture) {
      const shape = chart.shape;
      const slim = narrow.matches && !picture;
      return Object.assign(common(chart, look, picture), {
        legend: { bottom: 0, itemWidth: 14, textStyle: { color: look.ink } },
        grid: { left: 18, right: 28, top: (picture ? 90 : 12) + (shape.floor ? 22 : 0), bottom: 76, containLabel: true },
        xAxis: valueAxis(shape.axis, look, {}),
        yAxis: nameAxis(shape.names, look, slim ? 110 : 200),
        series: shape.marks.map((marks, i) => ({
          type: 'scatter', name: marks.name, symbol: SYMBOLS[i % SYMBOLS.length], symbolSize: 14,
          itemStyle: { opacity: 0.9 },
          data: marks.values.map((value, at) => [value, at]).filter(pair => pair[0] != null),
          tooltip: { formatter: item => tip(shape.names[item.value[1]], marks.name + ': ' + write(shape.axis, item.value[0])) },
          markLine: i === 0 && shape.floor ? floorLine(shape.floor, shape.axis, look, 'xAxis') : undefined,
        })),
      });
    },

    points(chart, look, picture) {
      const shape = chart.shape;
      return Object.assign(common(chart, look, picture), {
        legend: { bottom: 0, itemWidth: 14, textStyle: { color: look.ink } },
        grid: { left: 16, right: 28, top: picture ? 110 : 32, bottom: narrow.matches && !picture ? 124 : 84, containLabel: true },
        xAxis: valueAxis(shape.x, look, {}),
        yAxis: upright(shape.y, look),
        series: shape.points.map((point, i) => ({
          type: 'scatter', name: point.name, data: [[point.x, point.y]], symbolSize: 16,
          symbol: SYMBOLS[i % SYMBOLS.length],
          label: { show: picture || !narrow.matches, position: 'top', formatter: () => point.name, color: look.ink },
          labelLayout: { hideOverlap: true },
          tooltip: { formatter: () => tip(point.name, shape.y.name + ': ' + write(shape.y, point.y), shape.x.name + ': ' + write(shape.x, point.x)) },
          markLine: i === 0 && shape.floor ? floorLine(shape.floor, shape.y, look, 'yAxis') : undefined,
        })),
      });
    },

    lines(chart, look, picture) {
      const shape = chart.shape;
      const slim = narrow.matches && !picture;
      const zoom = shape.x.log ? [] : [{ type: 'slider', bottom: 34, height: 22, borderColor: look.line,
        textStyle: { color: look.quiet }, labelFormatter: value => write(shape.x, value) }];
      if (hover.matches) zoom.push({ type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseMove: true });
      return Object.assign(common(chart, look, picture), {
        legend: { bottom: 0, textStyle: { color: look.ink }, itemWidth: 40 },
        grid: { left: 16, right: 28, top: picture ? 110 : 32, bottom: zoom.length && !shape.x.log ? 104 : 76 + (shape.lines.length > 3 && slim ? 48 : 0), containLabel: true },
        dataZoom: picture ? undefined : zoom,
        xAxis: valueAxis(shape.x, look, shape.x.log ? {} : { min: 0, max: 'dataMax' }),
        yAxis: upright(shape.y, look),
        series: shape.lines.map((line, i) => ({
          type: 'line', name: line.name, data: line.points, lineStyle: { type: DASHES[i % DASHES.length], width: 2 },
          symbol: SYMBOLS[i % SYMBOLS.length], symbolSize: 8, showSymbol: line.points.length <= 60,
          tooltip: { formatter: item => tip(line.name, shape.x.name + ': ' + write(shape.x, item.value[0]), shape.y.name + ': ' + write(shape.y, item.value[1])) },
        })),
        tooltip: Object.assign(common(chart, look, picture).tooltip, { trigger: 'item' }),
      });
    },

    bars(chart, look, picture) {
      const shape = chart.shape;
      return Object.assign(common(chart, look, picture), {
        grid: { left: 18, right: 70, top: picture ? 90 : 8, bottom: 44, containLabel: true },
        xAxis: valueAxis(shape.axis, look, {}),
        yAxis: nameAxis(shape.names, look, narrow.matches && !picture ? 120 : 260),
        series: [{
          type: 'bar', name: shape.axis.name, data: shape.values, barMaxWidth: 22,
          label: { show: true, position: 'right', color: look.ink, formatter: item => write(shape.axis, item.value) },
          tooltip: { formatter: item => tip(shape.names[item.dataIndex], write(shape.axis, item.value)) },
        }],
      });
    },

    clouds(chart, look, picture) {
      const shape = chart.shape;
      const all = shape.clouds.flatMap(cloud => cloud.points).flat();
      const ends = [Math.min(...all), Math.max(...all)];
      return Object.assign(common(chart, look, picture), {
        legend: { bottom: 0, itemWidth: 14, textStyle: { color: look.ink } },
        grid: { left: 18, right: 28, top: picture ? 110 : 32, bottom: 100, containLabel: true },
        xAxis: valueAxis(shape.x, look, {}),
        yAxis: upright(shape.y, look),
        series: shape.clouds.map((cloud, i) => ({
          type: 'scatter', name: cloud.name, data: cloud.points, symbol: SYMBOLS[i % SYMBOLS.length], symbolSize: 9,
          itemStyle: { opacity: 0.8 },
          tooltip: { formatter: item => tip(cloud.name, shape.x.name + ': ' + write(shape.x, item.value[0]), shape.y.name + ': ' + write(shape.y, item.value[1])) },
        })).concat([{ type: 'line', data: ends.map(end => [end, end]), symbol: 'none', silent: true,
          lineStyle: { type: 'dashed', color: look.quiet, width: 1.5 }, tooltip: { show: false } }]),
      });
    },

    winners(chart, look, picture) {
      const shape = chart.shape;
      const slim = narrow.matches && !picture;
      const category = (name, data, more) => Object.assign({ type: 'category', name, data, axisTick: { show: false },
        nameTextStyle: { color: look.quiet }, axisLabel: { color: look.ink, hideOverlap: true, fontSize: slim ? 10 : 12 },
        axisLine: { lineStyle: { color: look.line } } }, more);
      return Object.assign(common(chart, look, picture), {
        grid: { left: 18, right: 28, top: picture ? 110 : 32, bottom: 50, containLabel: true },
        visualMap: { type: 'piecewise', show: picture, dimension: 2, orient: 'horizontal', left: 'center', top: 62,
          textStyle: { color: look.ink },
          pieces: shape.strategies.map((name, i) => ({ value: i, color: look.series[i % look.series.length], label: (i + 1) + ' ' + name })) },
        xAxis: category(shape.x, shape.columns, { nameLocation: 'middle', nameGap: 30 }),
        yAxis: category(shape.y, shape.rows, { nameLocation: 'end', nameGap: 12, nameTextStyle: { color: look.quiet, align: 'left' } }),
        series: [{
          type: 'heatmap', name: 'cheapest', data: shape.wins.map(win => [win.column, win.row, win.strategy]),
          itemStyle: { borderColor: look.paper, borderWidth: 2 },
          label: { show: true, color: look.paper, fontWeight: 'bold', formatter: item => String(item.value[2] + 1) },
          tooltip: { formatter: item => {
            const win = shape.wins[item.dataIndex];
            return tip(shape.strategies[win.strategy], shape.columns[win.column] + ' mapped', shape.rows[win.row] + ' pages changed', win.text);
          } },
        }],
      });
    },

    heat(chart, look, picture) {
      const shape = chart.shape;
      const slim = narrow.matches && !picture;
      const rows = shape.rows;
      const labels = rows.map((row, i) => i > 0 && rows[i - 1].name === row.name ? '' : row.name);
      const where = row => [rows[row].addresses, WRITTEN.PAGES(rows[row].pages) + ' pages'];
      const zoom = { borderColor: look.line, textStyle: { color: look.quiet }, showDetail: false };
      const zooms = [
        Object.assign({ type: 'slider', xAxisIndex: 0, bottom: 34, height: 22, filterMode: 'weakFilter' }, zoom),
        Object.assign({ type: 'slider', yAxisIndex: 0, right: 2, width: 18, filterMode: 'weakFilter' }, zoom),
      ];
      if (hover.matches) {
        zooms.push({ type: 'inside', xAxisIndex: 0, zoomOnMouseWheel: 'ctrl', moveOnMouseMove: true, filterMode: 'weakFilter' });
      }
      const marks = came => shape.marks.filter(mark => mark.came === came);
      const marked = (name, symbol, rotate, colour, came) => ({
        type: 'scatter', name, symbol, symbolRotate: rotate, symbolSize: 11, z: 5,
        itemStyle: { color: colour, borderColor: look.paper, borderWidth: 1.5 },
        data: marks(came).map(mark => [mark.column, mark.row]),
        tooltip: { formatter: item => tip(name, marks(came)[item.dataIndex].text, shape.columns[marks(came)[item.dataIndex].column]) },
      });
      return Object.assign(common(chart, look, picture), {
        legend: { show: shape.marks.length > 0, bottom: 0, itemWidth: 14, textStyle: { color: look.ink }, data: ['mapped', 'unmapped'] },
        grid: { left: 18, right: picture ? 24 : 40, top: picture ? 110 : 12, bottom: picture ? 76 : 104, containLabel: true },
        dataZoom: picture ? undefined : zooms,
        visualMap: { type: 'piecewise', show: picture, seriesIndex: 0, dimension: 2, orient: 'horizontal',
          left: 'center', top: 58, textStyle: { color: look.ink },
          // The first and the last are of no cell, and say what the paper and the grey mean.
          pieces: [
            { value: 0, symbol: 'emptyRect', color: look.line, label: UNCHANGED },
            ...look.levels.map((color, i) => ({ value: i + 1, symbol: 'rect', color, label: i ? 'from ' + LEVELS[i] : 'below 0.1 %' })),
            { value: look.levels.length + 1, symbol: 'rect', color: look.absent, label: ABSENT },
          ] },
        xAxis: { type: 'category', data: shape.columns, name: 'time since it was armed', nameLocation: 'middle', nameGap: 28,
          nameTextStyle: { color: look.quiet }, axisLabel: { color: look.ink, hideOverlap: true }, axisLine: { lineStyle: { color: look.line } } },
        yAxis: { type: 'category', data: rows.map((_, i) => i), inverse: true, axisTick: { show: false },
          axisLine: { lineStyle: { color: look.line } },
          axisLabel: { color: look.ink, interval: 0, width: slim ? 84 : 190, overflow: 'truncate', fontSize: slim ? 10 : 12,
            formatter: value => labels[value] } },
        series: [
          { type: 'heatmap', name: 'changed', data: shape.cells.map(cell => cell.slice(0, 3)), emphasis: { itemStyle: { borderColor: look.ink, borderWidth: 1 } },
            tooltip: { formatter: item => {
              const cell = shape.cells[item.dataIndex];
              return tip(rows[cell[1]].name, shape.columns[cell[0]], (cell[3] < 1 ? 'less than 0.001 %' : WRITTEN.PERCENT(cell[3] / 1000)) + ' of it changed', ...where(cell[1]));
            } } },
          { type: 'custom', name: 'not there', silent: true, z: 1, data: shape.absent, encode: { x: [0, 1], y: 2 }, clip: true,
            renderItem(parameters, api) {
              const from = api.coord([api.value(0), api.value(2)]);
              const to = api.coord([api.value(1), api.value(2)]);
              const size = api.size([1, 1]);
              return { type: 'rect', style: { fill: look.absent },
                shape: { x: from[0] - size[0] / 2, y: from[1] - size[1] / 2, width: to[0] - from[0] + size[0], height: size[1] } };
            } },
          marked('mapped', 'triangle', 0, look.series[2], true),
          marked('unmapped', 'triangle', 180, look.series[1], false),
        ],
      });
    },
  };

  function heightOf(chart, picture) {
    const shape = chart.shape;
    if (chart.kind === 'heat') return Math.max(260, shape.rows.length * (picture ? 14 : 13) + (picture ? 190 : 120));
    if (chart.kind === 'winners') return shape.rows.length * 34 + (picture ? 190 : 110);
    if (chart.kind === 'dots') return shape.names.length * 46 + (picture ? 180 : 124);
    if (chart.kind === 'bars') return shape.names.length * 32 + (picture ? 130 : 60);
    return picture ? 640 : 400;
  }

  // A picture for a paper: light, of one size, whatever screen this is.
  function picture(chart, type) {
    const box = el('div', {});
    const height = heightOf(chart, true);
    const drawn = echarts.init(box, null, { renderer: type === 'svg' ? 'svg' : 'canvas', width: PICTURE_WIDTH, height });
    try {
      drawn.setOption(DRAWN[chart.kind](chart, LIGHT, true));
      return type === 'svg' ? 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(drawn.renderToSVGString())
        : drawn.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: '#ffffff' });
    } finally {
      drawn.dispose();
    }
  }

  function saver(chart, type) {
    const button = el('button', { type: 'button', 'aria-label': 'Save as ' + type.toUpperCase() + ': ' + chart.title }, 'Save as ' + type.toUpperCase());
    button.addEventListener('click', () => {
      const name = chart.title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
      el('a', { href: picture(chart, type), download: name + '.' + type }).click();
    });
    return button;
  }

  function table(part, caption) {
    const isNumber = part.columns.map((_, i) => part.rows.length > 0 && part.rows.every(row => /^([\d.-]|$)/.test(row[i]) && row[i].length < 16));
    const isLong = part.columns.map((_, i) => part.rows.some(row => row[i].length > 40));
    const head = el('tr', {}, ...part.columns.map((name, i) => el('th', isNumber[i] ? { scope: 'col', class: 'number' } : { scope: 'col' }, name)));
    const body = part.rows.map(row => el('tr', {}, ...row.map((cell, i) =>
      i === 0 ? el('th', { scope: 'row' }, cell)
        : el('td', isNumber[i] ? { class: 'number' } : isLong[i] ? { class: 'long' } : {}, cell))));
    return el('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': part.title || caption },
      el('table', {}, ...(part.note ? [el('caption', {}, part.note)] : []), el('thead', {}, head), el('tbody', {}, ...body)));
  }

  // A long table would hide what comes after it.
  function folded(part) {
    const whole = table(part, part.title);
    return part.rows.length <= 12 ? whole : el('details', {}, el('summary', {}, part.rows.length + ' rows'), whole);
  }

  const drawings = [];

  function legendOfLevels() {
    const list = el('ul', { class: 'levels', 'aria-label': 'share of the pages of a row that changed in a round' });
    const swatches = LEVELS.map((label, i) => {
      const swatch = el('span', {});
      list.append(el('li', {}, swatch, i ? 'from ' + label : 'below 0.1 %'));
      return swatch;
    });
    const unchanged = el('span', {});
    const absent = el('span', {});
    list.prepend(el('li', {}, unchanged, UNCHANGED));
    list.append(el('li', {}, absent, ABSENT));
    return { list, paint: look => {
      unchanged.style.background = look.paper;
      swatches.forEach((swatch, i) => { swatch.style.background = look.levels[i]; });
      absent.style.background = look.absent;
    } };
  }

  function legendOfStrategies(chart) {
    const list = el('ul', { class: 'levels' });
    const swatches = chart.shape.strategies.map((name, i) => {
      const swatch = el('span', {});
      list.append(el('li', {}, swatch, (i + 1) + ' ' + name));
      return swatch;
    });
    return { list, paint: look => swatches.forEach((swatch, i) => { swatch.style.background = look.series[i % look.series.length]; }) };
  }

  function section(chart) {
    const box = el('div', { class: 'chart' });
    const legend = chart.kind === 'heat' ? legendOfLevels() : chart.kind === 'winners' ? legendOfStrategies(chart) : null;
    drawings.push({ chart, box, legend });
    return el('section', {}, el('h2', {}, chart.title), el('p', { class: 'says' }, chart.says),
      ...(legend ? [legend.list] : []), box,
      el('div', { class: 'tools' }, saver(chart, 'png'), saver(chart, 'svg')),
      el('details', {}, el('summary', {}, 'The numbers as a table'), table(chart.table, chart.title)));
  }

  function draw(look, width) {
    for (const drawing of drawings) {
      const { chart, box, legend } = drawing;
      box.style.height = heightOf(chart, false) + 'px';
      if (!drawing.drawn) drawing.drawn = echarts.init(box, null, { renderer: 'svg' });
      drawing.drawn.resize(width ? { width } : { width: 'auto' });
      drawing.drawn.setOption(DRAWN[chart.kind](chart, look, false), true);
      if (legend) legend.paint(look);
    }
  }
  const redraw = () => draw(dark.matches ? DARK : LIGHT);

  document.title = data.title;
  const page = document.getElementById('page');
  page.append(
    el('h1', {}, data.title),
    el('div', { class: 'lead' }, ...data.lead.map(sentence => el('p', {}, sentence))),
    el('section', {}, el('h2', {}, 'What was run'),
      el('dl', {}, ...data.facts.concat([
        { name: 'machine', value: data.origin.machine }, { name: 'made', value: data.origin.made },
        { name: 'dirtyrange', value: data.origin.version },
      ]).flatMap(fact => [el('dt', {}, fact.name), el('dd', {}, fact.value)])),
      el('p', {}, 'To run it again:'), el('pre', {}, el('code', {}, data.origin.command))),
    ...data.charts.map(section),
    ...data.tables.map(part => el('section', {}, el('h2', {}, part.title), folded(part))));
  redraw();

  dark.addEventListener('change', redraw);
  let waiting = 0;
  window.addEventListener('resize', () => { clearTimeout(waiting); waiting = setTimeout(redraw, 100); });
  window.addEventListener('beforeprint', () => {
    document.querySelectorAll('main details').forEach(each => { each.dataset.was = each.open; each.open = true; });
    draw(LIGHT, 660);
  });
  window.addEventListener('afterprint', () => {
    document.querySelectorAll('main details').forEach(each => { each.open = each.dataset.was === 'true'; });
    redraw();
  });

  // For tests: what is drawn, and pictures of it.
  window.dirtyrange = { drawings, picture };
})();
