//! Small towns, written as PBF files.
//!
//! A [`Town`] is drawn element by element and written in whatever odd or plain
//! form a test needs: blocks of two elements, ways before their nodes, nodes one
//! by one. Coordinates are degrees.
//!
//! ```text
//! Town::new()
//!     .node(1, 4.40, 44.60)
//!     .node(2, 4.41, 44.60).tagged(&[("highway", "traffic_signals")])
//!     .way(10, &[1, 2], &[("highway", "residential")])
//!     .write(&folder, "town")
//! ```

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use osmpbfreader::fileformat::{Blob, BlobHeader};
use osmpbfreader::osmformat::{
    DenseInfo, DenseNodes, HeaderBlock, Info, Node, PrimitiveBlock, PrimitiveGroup, Relation,
    StringTable, Way, relation::MemberType,
};
use protobuf::{EnumOrUnknown, Message, MessageField};

/// Tags as a test writes them.
pub(crate) type TagSlice<'a> = &'a [(&'a str, &'a str)];

/// A member of a relation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    Node(i64),
    Way(i64),
    Relation(i64),
}

#[derive(Clone, Debug)]
enum Body {
    /// In 1e-7 degrees.
    Node(i64, i64),
    Way(Vec<i64>),
    Relation(Vec<(Part, String)>),
}

#[derive(Clone, Debug)]
struct Element {
    id: i64,
    version: i32,
    tags: Vec<(String, String)>,
    body: Body,
}

/// A town in the drawing.
#[derive(Clone, Debug)]
pub(crate) struct Town {
    elements: Vec<Element>,
    block_size: usize,
    is_dense: bool,
    is_packed: bool,
    header: HeaderBlock,
}

impl Town {
    pub(crate) fn new() -> Self {
        let mut header = HeaderBlock::new();
        header.required_features = vec!["OsmSchema-V0.6".to_owned(), "DenseNodes".to_owned()];
        Self { elements: Vec::new(), block_size: 8_000, is_dense: true, is_packed: true, header }
    }

    /// Adds a node.
    pub(crate) fn node(self, id: i64, lon: f64, lat: f64) -> Self {
        self.node_at(id, (lon * 1e7).round() as i64, (lat * 1e7).round() as i64)
    }

    /// Adds a node, at a position in 1e-7 degrees that need not be on the globe.
    pub(crate) fn node_at(self, id: i64, lon: i64, lat: i64) -> Self {
        self.add(id, &[], Body::Node(lon, lat))
    }

    /// Adds a way.
    pub(crate) fn way(self, id: i64, nodes: &[i64], tags: TagSlice<'_>) -> Self {
        self.add(id, tags, Body::Way(nodes.to_vec()))
    }

    /// Adds a relation.
    pub(crate) fn relation(self, id: i64, parts: &[(Part, &str)], tags: TagSlice<'_>) -> Self {
        let parts = parts.iter().map(|(part, role)| (*part, (*role).to_owned())).collect();
        self.add(id, tags, Body::Relation(parts))
    }

    /// Adds a turn restriction: from a way, by a node, to a way.
    pub(crate) fn restriction(self, id: i64, [from, via, to]: [i64; 3], kind: &str) -> Self {
        let parts = [(Part::Way(from), "from"), (Part::Node(via), "via"), (Part::Way(to), "to")];
        self.relation(id, &parts, &[("type", "restriction"), ("restriction", kind)])
    }

    /// Gives tags to the element added last.
    pub(crate) fn tagged(mut self, tags: TagSlice<'_>) -> Self {
        self.last().tags = owned(tags);
        self
    }

    /// Gives a version to the element added last; it is 1 otherwise.
    pub(crate) fn version(mut self, version: i32) -> Self {
        self.last().version = version;
        self
    }

    /// Everything of another town, after what is drawn so far.
    pub(crate) fn and(mut self, other: &Self) -> Self {
        self.elements.extend(other.elements.iter().cloned());
        self
    }

    /// Turns the order of the elements round.
    pub(crate) fn backwards(mut self) -> Self {
        self.elements.reverse();
        self
    }

    /// Writes so many elements to a block, instead of eight thousand.
    pub(crate) fn in_blocks_of(mut self, size: usize) -> Self {
        self.block_size = size;
        self
    }

    /// Writes nodes one by one, instead of as columns.
    pub(crate) fn with_plain_nodes(mut self) -> Self {
        self.is_dense = false;
        self
    }

    /// Writes blocks as they are, instead of packed.
    pub(crate) fn unpacked(mut self) -> Self {
        self.is_packed = false;
        self
    }

    /// Asks its readers for a feature.
    pub(crate) fn requiring(mut self, feature: &str) -> Self {
        self.header.required_features.push(feature.to_owned());
        self
    }

    /// States the date of the data, in seconds since 1970.
    pub(crate) fn dated(mut self, seconds: i64) -> Self {
        self.header.set_osmosis_replication_timestamp(seconds);
        self
    }

    /// The file.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let header = self.header.write_to_bytes().unwrap();
        let mut file = frame("OSMHeader", &self.pack(&header));
        for block in self.blocks() {
            file.extend(frame("OSMData", &self.pack(&block.write_to_bytes().unwrap())));
        }
        file
    }

    /// The blocks of the file, in case a test wants to spoil one.
    pub(crate) fn blocks(&self) -> Vec<PrimitiveBlock> {
        self.elements.chunks(self.block_size).map(|chunk| self.block(chunk)).collect()
    }

    /// Writes the file to a folder.
    pub(crate) fn write(&self, folder: &Path, name: &str) -> PathBuf {
        let path = folder.join(format!("{name}.osm.pbf"));
        fs::write(&path, self.to_bytes()).unwrap();
        path
    }

    fn add(mut self, id: i64, tags: TagSlice<'_>, body: Body) -> Self {
        self.elements.push(Element { id, version: 1, tags: owned(tags), body });
        self
    }

    fn last(&mut self) -> &mut Element {
        self.elements.last_mut().expect("a town begins with an element")
    }

    fn pack(&self, message: &[u8]) -> Blob {
        if self.is_packed { zlib_blob(message) } else { raw_blob(message) }
    }

    fn block(&self, elements: &[Element]) -> PrimitiveBlock {
        let mut text = Text::new();
        let mut block = PrimitiveBlock::new();
        // A group holds one kind of element, so a new one begins where the kind changes.
        for run in elements.chunk_by(|a, b| kind(a) == kind(b)) {
            let mut group = PrimitiveGroup::new();
            match run[0].body {
                Body::Node(..) if self.is_dense => {
                    group.dense = MessageField::some(dense(run, &mut text));
                }
                Body::Node(..) => group.nodes = run.iter().map(|e| node(e, &mut text)).collect(),
                Body::Way(_) => group.ways = run.iter().map(|e| way(e, &mut text)).collect(),
                Body::Relation(_) => {
                    group.relations = run.iter().map(|e| relation(e, &mut text)).collect();
                }
            }
            block.primitivegroup.push(group);
        }
        block.stringtable = MessageField::some(text.table);
        block
    }
}

/// A blob that holds a message as it is.
pub(crate) fn raw_blob(message: &[u8]) -> Blob {
    let mut blob = Blob::new();
    blob.set_raw(message.to_vec());
    blob
}

/// A blob that holds a message packed.
pub(crate) fn zlib_blob(message: &[u8]) -> Blob {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(message).unwrap();
    let mut blob = Blob::new();
    blob.set_zlib_data(encoder.finish().unwrap());
    blob.set_raw_size(message.len() as i32);
    blob
}

/// A blob as it stands in a file: length, header, blob.
pub(crate) fn frame(kind: &str, blob: &Blob) -> Vec<u8> {
    let blob = blob.write_to_bytes().unwrap();
    let mut file = frame_head(kind, blob.len() as i32);
    file.extend(blob);
    file
}

/// Length and header of a blob that is said to have a size.
pub(crate) fn frame_head(kind: &str, size: i32) -> Vec<u8> {
    let mut header = BlobHeader::new();
    header.set_type(kind.to_owned());
    header.set_datasize(size);
    let header = header.write_to_bytes().unwrap();
    let mut file = (header.len() as u32).to_be_bytes().to_vec();
    file.extend(header);
    file
}

struct Text {
    table: StringTable,
    index: HashMap<String, u32>,
}

impl Text {
    fn new() -> Self {
        let mut table = StringTable::new();
        table.s.push(Vec::new());
        Self { table, index: HashMap::new() }
    }

    fn add(&mut self, word: &str) -> u32 {
        *self.index.entry(word.to_owned()).or_insert_with(|| {
            self.table.s.push(word.as_bytes().to_vec());
            (self.table.s.len() - 1) as u32
        })
    }

    fn columns(&mut self, tags: &[(String, String)]) -> (Vec<u32>, Vec<u32>) {
        tags.iter().map(|(key, value)| (self.add(key), self.add(value))).unzip()
    }
}

fn owned(tags: TagSlice<'_>) -> Vec<(String, String)> {
    tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn kind(element: &Element) -> u8 {
    match element.body {
        Body::Node(..) => 0,
        Body::Way(_) => 1,
        Body::Relation(_) => 2,
    }
}

fn info(element: &Element) -> MessageField<Info> {
    let mut info = Info::new();
    info.set_version(element.version);
    MessageField::some(info)
}

/// Each number less the one before it; wrapping, so that any two ids may follow one another.
fn differences(numbers: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let mut before = 0_i64;
    let step = |number: i64| {
        let difference = number.wrapping_sub(before);
        before = number;
        difference
    };
    numbers.into_iter().map(step).collect()
}

fn position(element: &Element) -> (i64, i64) {
    match element.body {
        Body::Node(lon, lat) => (lon, lat),
        _ => unreachable!("only nodes are asked for a position"),
    }
}

fn dense(run: &[Element], text: &mut Text) -> DenseNodes {
    let mut dense = DenseNodes::new();
    dense.id = differences(run.iter().map(|element| element.id));
    dense.lon = differences(run.iter().map(|element| position(element).0));
    dense.lat = differences(run.iter().map(|element| position(element).1));
    if run.iter().any(|element| !element.tags.is_empty()) {
        for element in run {
            let (keys, values) = text.columns(&element.tags);
            for (key, value) in keys.into_iter().zip(values) {
                dense.keys_vals.extend([key as i32, value as i32]);
            }
            dense.keys_vals.push(0);
        }
    }
    let mut info = DenseInfo::new();
    info.version = run.iter().map(|element| element.version).collect();
    dense.denseinfo = MessageField::some(info);
    dense
}

fn node(element: &Element, text: &mut Text) -> Node {
    let mut node = Node::new();
    let (lon, lat) = position(element);
    node.set_id(element.id);
    node.set_lon(lon);
    node.set_lat(lat);
    (node.keys, node.vals) = text.columns(&element.tags);
    node.info = info(element);
    node
}

fn way(element: &Element, text: &mut Text) -> Way {
    let mut way = Way::new();
    way.set_id(element.id);
    if let Body::Way(nodes) = &element.body {
        way.refs = differences(nodes.iter().copied());
    }
    (way.keys, way.vals) = text.columns(&element.tags);
    way.info = info(element);
    way
}

fn relation(element: &Element, text: &mut Text) -> Relation {
    let mut relation = Relation::new();
    relation.set_id(element.id);
    if let Body::Relation(parts) = &element.body {
        let split = |part: &Part| match *part {
            Part::Node(id) => (id, MemberType::NODE),
            Part::Way(id) => (id, MemberType::WAY),
            Part::Relation(id) => (id, MemberType::RELATION),
        };
        relation.memids = differences(parts.iter().map(|(part, _)| split(part).0));
        relation.types = parts.iter().map(|(part, _)| EnumOrUnknown::new(split(part).1)).collect();
        relation.roles_sid = parts.iter().map(|(_, role)| text.add(role) as i32).collect();
    }
    (relation.keys, relation.vals) = text.columns(&element.tags);
    relation.info = info(element);
    relation
}
