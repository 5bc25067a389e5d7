// A map with streets, out of one PMTiles archive: pictures as they are, or vector tiles in the colours of tokens.css. Their layers are
// those of Protomaps (roads, places …) or of OpenMapTiles (transportation, place …).
const DEEPEST = 19;
// Zooms that the last tiles of an archive are enlarged for.
const BEYOND = 4;
const VECTOR = 1;
const SCHEME = matchMedia("(prefers-color-scheme: dark)");

const PARKS = new Set(
  ["park", "forest", "wood", "grass", "grassland", "cemetery", "garden", "golf_course", "national_park"].concat(
    ["nature_reserve", "protected_area", "village_green", "allotments", "playground", "meadow", "scrub", "recreation_ground"],
  ),
);
// Kind of road → zoom from which it shows, and whether it is one of the main ones.
const ROADS = {
  ...{ highway: [4, true], motorway: [4, true], trunk: [5, true], primary: [7, true], major_road: [7, true] },
  ...{ secondary: [9, false], tertiary: [11, false], medium_road: [10, false], minor_road: [12, false], minor: [12, false] },
  ...{ residential: [12, false], service: [14, false], path: [14, false], track: [14, false], other: [14, false] },
};
// Kind of place → zooms between which its name is written, and how big.
const PLACES = {
  ...{ country: [2, 6, 13, 700], region: [5, 8, 12, 400], state: [5, 8, 12, 400], city: [4, 15, 14, 600] },
  ...{ locality: [4, 15, 13, 600], town: [8, 16, 13, 400], village: [11, 19, 12, 400], suburb: [12, 19, 12, 400] },
  ...{ neighbourhood: [13, 19, 12, 400], quarter: [13, 19, 12, 400] },
};

const kindOf = ({ props }) => props.kind ?? props.class ?? "";

function colours() {
  const style = getComputedStyle(document.documentElement);
  const names = ["sea", "land", "coast", "border", "name", "road", "road-main", "park", "built"];
  const found = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--map-${name}`).trim()]));
  return { ...found, face: style.getPropertyValue("--body").trim() };
}

function grounds({ PolygonSymbolizer, LineSymbolizer }, colour) {
  const filled = (dataLayer, fill, more) => ({ dataLayer, symbolizer: new PolygonSymbolizer({ fill }), ...more });
  const isPark = (_, feature) => PARKS.has(kindOf(feature));
  const isArea = (_, { geomType }) => geomType === 3;
  const isLine = (_, { geomType }) => geomType === 2;
  const drawn = (dataLayer, color, width, more) => ({ dataLayer, symbolizer: new LineSymbolizer({ color, width }), ...more });
  return [
    filled("earth", colour.land, { filter: isArea }),
    ...["landcover", "landuse", "park"].map((layer) => filled(layer, colour.park, { filter: isPark })),
    filled("water", colour.sea, { filter: isArea }),
    drawn("water", colour.sea, 1, { filter: isLine }),
    drawn("waterway", colour.sea, 1, {}),
    ...["buildings", "building"].map((layer) => filled(layer, colour.built, { minzoom: 14, filter: isArea })),
  ];
}

function lines({ LineSymbolizer }, colour) {
  const road = (dataLayer, isMain) => ({
    dataLayer,
    symbolizer: new LineSymbolizer({
      color: isMain ? colour["road-main"] : colour.road,
      width: (zoom) => Math.max(0.5, (isMain ? 2.4 : 1.2) * 1.3 ** (zoom - 11)),
      lineCap: "round",
      lineJoin: "round",
    }),
    filter: (zoom, feature) => {
      const [from, main] = ROADS[kindOf(feature)] ?? [Infinity];
      return zoom >= from && main === isMain;
    },
  });
  const border = (dataLayer) => ({
    dataLayer,
    symbolizer: new LineSymbolizer({ color: colour.coast, width: 1, dash: [4, 2] }),
    filter: (zoom, { props }) => (props.kind ? props.kind === "country" || zoom > 4 : Number(props.admin_level ?? 2) <= (zoom > 4 ? 4 : 2)),
  });
  const layers = ["roads", "transportation"];
  return [...layers.map((name) => road(name, false)), ...layers.map((name) => road(name, true)), border("boundaries"), border("boundary")];
}

function labels({ CenteredTextSymbolizer, LineLabelSymbolizer }, colour) {
  const language = document.documentElement.lang;
  const text = { fill: colour.name, stroke: colour.land, width: 3, labelProps: [`name:${language}`, `name_${language}`, "name"] };
  const place = (dataLayer) => ({
    dataLayer,
    symbolizer: new CenteredTextSymbolizer({
      ...text,
      font: (_, feature) => {
        const [, , size, weight] = PLACES[kindOf(feature)];
        return `${weight} ${size}px ${colour.face}`;
      },
    }),
    filter: (zoom, feature) => {
      const [from, until] = PLACES[kindOf(feature)] ?? [Infinity, 0];
      return zoom >= Math.max(from, feature.props.min_zoom ?? 0) && zoom <= until;
    },
    // The bigger ones first: of Protomaps by how many live there, of OpenMapTiles by rank.
    sort: (one, other) => (other.population_rank ?? 0) - (one.population_rank ?? 0) || (one.rank ?? 0) - (other.rank ?? 0),
  });
  const street = (dataLayer) => ({
    dataLayer,
    minzoom: 14,
    symbolizer: new LineLabelSymbolizer({ ...text, font: `400 12px ${colour.face}` }),
    filter: (_, feature) => kindOf(feature) in ROADS,
  });
  return [place("places"), place("place"), street("roads"), street("transportation_name")];
}

function vectorLayer(archive, { maxZoom }, { vector_layers: layers = [] }) {
  const drawing = window.protomapsL;
  const look = () => {
    const colour = colours();
    return {
      // Protomaps draws the land upon the sea, OpenMapTiles the sea upon the land.
      backgroundColor: layers.some(({ id }) => id === "earth") ? colour.sea : colour.land,
      paintRules: [...grounds(drawing, colour), ...lines(drawing, colour)],
      labelRules: labels(drawing, colour),
    };
  };
  const ratio = Math.min(2, devicePixelRatio || 1);
  const layer = drawing.leafletLayer({ url: archive, maxDataZoom: maxZoom, attribution: "", devicePixelRatio: ratio, ...look() });
  const again = () => {
    Object.assign(layer, look());
    layer.clearLayout();
    layer.rerenderTiles();
  };
  layer.on("add", () => SCHEME.addEventListener("change", again));
  layer.on("remove", () => SCHEME.removeEventListener("change", again));
  return layer;
}

// Drawn on canvas: a picture of bytes would need an address of its own, which the policy of the pages keeps out.
function pictureLayer(L, archive, { minZoom, maxZoom }) {
  const Pictures = L.GridLayer.extend({
    createTile({ x, y, z }, done) {
      const canvas = L.DomUtil.create("canvas", "leaflet-tile");
      canvas.setAttribute("aria-hidden", "true");
      const draw = async () => {
        const tile = await archive.getZxy(z, x, y);
        if (!tile) return;
        const picture = await createImageBitmap(new Blob([tile.data]));
        [canvas.width, canvas.height] = [picture.width, picture.height];
        canvas.getContext("2d").drawImage(picture, 0, 0);
        picture.close();
      };
      draw().then(() => done(null, canvas), (error) => done(error, canvas));
      return canvas;
    },
  });
  return new Pictures({ minNativeZoom: minZoom, maxNativeZoom: maxZoom });
}

// Puts the layer of the archive on the map. `script` loads one by address. Fails if the archive cannot be read.
export async function addStreets(L, map, box, script) {
  const { archive: address, pmtiles, protomaps } = box.dataset;
  await script(pmtiles);
  const archive = new window.pmtiles.PMTiles(new URL(address, location.href).href);
  const [header, metadata] = await Promise.all([archive.getHeader(), archive.getMetadata().catch(() => ({}))]);
  map.setMaxZoom(Math.min(DEEPEST, header.maxZoom + BEYOND));
  const credit = box.querySelector("[data-map-credit]");
  // Archives hold HTML there: only its words are taken, by a parser that loads and runs nothing.
  const said = new DOMParser().parseFromString(String(metadata?.attribution ?? ""), "text/html");
  if (credit) credit.textContent = said.body.textContent.trim();
  if (header.tileType === VECTOR) {
    await script(protomaps);
    return vectorLayer(archive, header, metadata ?? {}).addTo(map);
  }
  box.dataset.pictures = "";
  return pictureLayer(L, archive, header).addTo(map);
}
