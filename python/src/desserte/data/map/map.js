/* Shows one map: communes in the colours of their classes, the streets over them, care points.
 *
 * Everything comes from the JSON beside this script; nothing is fetched. What is written is
 * written as text, never as markup.
 */
(function (root, L) {
  "use strict";

  var data = JSON.parse(root.querySelector(".dm-data").textContent);
  var words = data.words;
  var side = 0;
  var chosen = -1;

  var map = L.map(root.querySelector(".dm-ground"), {
    attributionControl: false,
    zoomControl: false,
    zoomSnap: 0.25,
    zoomDelta: 0.5,
    wheelPxPerZoomLevel: 120,
    minZoom: 5,
    maxZoom: 17,
    zoomAnimation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches
  });
  L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
  map.fitBounds(data.bounds);

  /* Panes, from the ground up. Only communes and marks are felt by the mouse. */
  function pane(name, height, isFelt) {
    var made = map.createPane("dm-" + name);
    made.style.zIndex = height;
    if (!isFelt) {
      made.style.pointerEvents = "none";
    }
    return "dm-" + name;
  }
  var underground = L.canvas({ pane: pane("communes", data.communes.are_points ? 440 : 400, true), padding: 0.3, tolerance: 2 });
  var quiet = L.canvas({ pane: pane("lines", 420, false), padding: 0.3 });
  var above = L.svg({ pane: pane("marks", 450, true), padding: 0.3 });
  quiet.on("add", function () {
    quiet._container.style.pointerEvents = "none";
  });

  /* Whole numbers from point to point become latitude and longitude. */
  function line(steps) {
    var points = [];
    var x = 0;
    var y = 0;
    for (var at = 0; at < steps.length; at += 2) {
      x += steps[at];
      y += steps[at + 1];
      points.push([y / data.scale, x / data.scale]);
    }
    return points;
  }

  function draw(lines, style) {
    var options = { renderer: quiet, interactive: false, fill: false, smoothFactor: 1 };
    return L.polyline(lines.map(line), Object.assign(options, style));
  }

  /* Streets: the small ones appear as one comes nearer. */
  var streets = L.layerGroup().addTo(map);
  var sorts = data.streets.map(function (sort) {
    return { from: sort.from_zoom, layer: draw(sort.lines, sort.style) };
  });
  function showStreets() {
    sorts.forEach(function (sort) {
      var isNear = map.getZoom() >= sort.from;
      if (isNear !== streets.hasLayer(sort.layer)) {
        streets[isNear ? "addLayer" : "removeLayer"](sort.layer);
      }
    });
  }

  /* Communes: an outline or a disc each. */
  var communes = data.communes.shapes.map(function (shape, row) {
    var options = { renderer: underground, bubblingMouseEvents: false };
    var made = data.communes.are_points
      ? L.circleMarker(line(shape)[0], options)
      : L.polygon(
          shape.map(function (rings) {
            return rings.map(line);
          }),
          options
        );
    made.on("mouseover", function () {
      point(row, true);
    });
    made.on("mouseout", function () {
      point(row, false);
    });
    made.on("click", function () {
      choose(row);
    });
    made.bindTooltip(
      function () {
        return brief(row);
      },
      { sticky: true, direction: "top", offset: [0, -6], opacity: 1 }
    );
    return made;
  });
  // The largest disc first: the small ones lie on it, and are felt before it.
  var order = communes.map(function (_, row) {
    return row;
  });
  if (data.communes.are_points) {
    order.sort(function (one, other) {
      return data.communes.radii[other] - data.communes.radii[one];
    });
  }
  order.forEach(function (row) {
    communes[row].addTo(map);
  });

  /* Who has no figure is hatched, as in the legend. */
  var hatch = (function () {
    var tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    var pen = tile.getContext("2d");
    pen.fillStyle = data.no_data;
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = "#777";
    pen.lineWidth = 1;
    [-8, 0, 8].forEach(function (shift) {
      pen.moveTo(shift, 8);
      pen.lineTo(shift + 8, 0);
    });
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  })();

  function looks(row) {
    var now = data.sides.length ? data.sides[side].ranks[row] : -1;
    var isPoint = data.communes.are_points;
    var isStudied = data.communes.studied[row];
    return {
      color: isPoint ? "#333" : data.borders,
      weight: 0.75,
      opacity: 1,
      fillColor: now >= 0 ? data.colours[now] : data.sides.length ? hatch : data.no_data,
      fillOpacity: data.sides.length ? (isStudied ? 0.92 : 0.4) : isPoint ? 0.5 : 0.15
    };
  }

  function paint() {
    communes.forEach(function (made, row) {
      made.setStyle(looks(row));
    });
    if (chosen >= 0) {
      mark(chosen);
    }
    // Before, a site that would open is not there yet: only its outline is.
    symbols.forEach(function (made) {
      if (made.options.opens && data.sides.length > 1) {
        made.setStyle({
          fillColor: side ? made.options.full : "#fff",
          color: side ? "#fff" : made.options.full
        });
      }
    });
  }

  function mark(row) {
    communes[row].setStyle({ color: "#000", weight: 3 });
    if (!data.communes.are_points) {
      communes[row].bringToFront();
    }
  }

  function point(row, isOver) {
    if (isOver) {
      mark(row);
      tell(row);
    } else if (row !== chosen) {
      communes[row].setStyle(looks(row));
      if (chosen >= 0) {
        mark(chosen);
        tell(chosen);
      }
    }
  }

  function choose(row) {
    var before = chosen;
    chosen = row;
    if (before >= 0) {
      communes[before].setStyle(looks(before));
    }
    if (row >= 0) {
      mark(row);
      tell(row);
      var made = communes[row];
      map.panInside(made.getBounds ? made.getBounds().getCenter() : made.getLatLng(), {
        padding: [40, 40],
        animate: false
      });
    } else {
      told.replaceChildren(paragraph(words.hint));
    }
    if (list) {
      list.value = row < 0 ? "" : String(row);
    }
  }

  /* What is said of a commune, as text. */
  var told = root.querySelector(".dm-told");
  function paragraph(text, isStrong) {
    var made = document.createElement("p");
    var inner = isStrong ? made.appendChild(document.createElement("strong")) : made;
    inner.textContent = text;
    return made;
  }
  function tell(row) {
    told.replaceChildren.apply(told, sentences(row));
  }
  function sentences(row) {
    var said = [paragraph(data.communes.names[row], true)];
    if (data.communes.people) {
      said.push(paragraph(data.communes.people[row]));
    }
    data.sides.forEach(function (each) {
      var lead = data.sides.length > 1 ? each.name : words.value;
      var where = each.nearest[row] ? " – " + each.nearest[row] : "";
      said.push(paragraph(lead + words.colon + each.said[row] + where));
    });
    return said;
  }
  function brief(row) {
    var made = document.createElement("div");
    made.appendChild(paragraph(data.communes.names[row], true));
    if (data.sides.length) {
      made.appendChild(paragraph(data.sides[side].said[row]));
    }
    return made;
  }

  /* The isochrones, and the marks with their symbols. */
  var layers = { streets: streets };
  data.bands.forEach(function (band, at) {
    layers["band-" + at] = draw(band.lines, { color: data.band, weight: 1.6, dashArray: band.dashes });
  });
  var Symbol = L.CircleMarker.extend({
    _updatePath: function () {
      var at = this._point;
      var size = this._radius;
      var corners = this.options.corners.map(function (corner) {
        return at.x + size * corner[0] + "," + (at.y + size * corner[1]);
      });
      this._renderer._setPath(this, this._empty() ? "M0 0" : "M" + corners.join("L") + "z");
    }
  });
  var symbols = [];
  data.marks.forEach(function (sort) {
    var group = L.layerGroup();
    line(sort.points).forEach(function (spot, at) {
      var made = new Symbol(spot, {
        renderer: above,
        corners: sort.corners,
        color: sort.edge,
        weight: 1,
        fillColor: sort.colour,
        fillOpacity: 1,
        opens: sort.are_named,
        full: sort.colour,
        growth: sort.growth
      });
      if (sort.names[at]) {
        made.bindTooltip(paragraph(sort.names[at], sort.are_named), {
          permanent: sort.are_named,
          direction: sort.are_named ? "right" : "top",
          className: sort.are_named ? "dm-name" : "",
          offset: sort.are_named ? [10, 0] : [0, -6]
        });
      }
      symbols.push(made);
      group.addLayer(made);
    });
    layers[sort.name] = group;
  });
  Object.keys(layers).forEach(function (name) {
    layers[name].addTo(map);
  });

  function resize() {
    var zoom = map.getZoom();
    var first = symbols.length > 300 ? 3 : 4.5;
    var size = Math.max(2.5, Math.min(9, first + (zoom - data.zoom_of_sizes)));
    symbols.forEach(function (made) {
      made.setRadius(size * made.options.growth);
    });
    if (data.communes.are_points) {
      var growth = Math.pow(2, (zoom - data.zoom_of_sizes) / 2);
      communes.forEach(function (made, row) {
        made.setRadius(Math.max(3.5, data.communes.radii[row] * growth));
      });
    }
  }

  /* Controls. */
  var list = root.querySelector("select");
  if (list) {
    list.addEventListener("change", function () {
      choose(list.value === "" ? -1 : Number(list.value));
    });
  }
  var boxes = root.querySelectorAll("input[type=checkbox]");
  window.desserteMaps = (window.desserteMaps || 0) + 1;
  root.querySelectorAll("input[type=radio]").forEach(function (radio) {
    radio.name = "desserte-side-" + window.desserteMaps;
    // A browser that comes back to a page may remember another one.
    radio.checked = radio.value === "0";
    radio.addEventListener("change", function () {
      side = Number(radio.value);
      paint();
      count();
      boxes.forEach(show);
    });
  });
  boxes.forEach(function (box) {
    box.checked = true;
    box.addEventListener("change", function () {
      show(box);
    });
    show(box);
  });
  // As on paper: what is within reach of new sites is shown where they are open.
  function show(box) {
    var name = box.getAttribute("data-layer");
    var isYet = data.sides.length < 2 || side > 0 || name.indexOf("band-") < 0;
    layers[name][box.checked && isYet ? "addTo" : "removeFrom"](map);
  }
  function count() {
    root.querySelectorAll(".dm-key tbody tr").forEach(function (row, at) {
      row.querySelectorAll("td").forEach(function (cell, column) {
        cell.textContent = data.sides[side].counts[at][column];
      });
    });
  }

  map.on("zoomend", function () {
    showStreets();
    resize();
  });
  data.zoom_of_sizes = map.getZoom();
  showStreets();
  resize();
  paint();
  // What contains the map may be laid out, or shown, after this.
  if (window.ResizeObserver) {
    new ResizeObserver(function () {
      map.invalidateSize({ animate: false });
    }).observe(map.getContainer());
  }
  // For a page that shows it later, or moves it.
  root.desserteMap = map;
  root.setAttribute("data-ready", "yes");
})(document.currentScript.closest(".desserte-map"), window.desserteLeaflet);
