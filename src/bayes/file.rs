//! The model file: safetensors with one JSON string of metadata, the same bytes every time.

use std::collections::{BTreeMap, HashMap};

use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// The one key under `__metadata__`: safetensors keeps a hash map there, and two keys would come out in any order.
const KEY: &str = "tamis";

/// A model to be written: named tensors and a header.
#[derive(Debug, Default)]
pub struct ModelFile {
    tensors: BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>,
}

#[derive(Serialize, Deserialize)]
struct Header<T> {
    kind: String,
    version: u32,
    #[serde(flatten)]
    metadata: T,
}

#[derive(Deserialize)]
struct Kind {
    kind: String,
    version: u32,
}

impl ModelFile {
    /// No tensors yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tensor of `f32`.
    pub fn put_f32(&mut self, name: &str, shape: &[usize], values: &[f32]) {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.tensors.insert(name.to_owned(), (Dtype::F32, shape.to_vec(), bytes));
    }

    /// Adds a tensor of `f64`.
    pub fn put_f64(&mut self, name: &str, shape: &[usize], values: &[f64]) {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.tensors.insert(name.to_owned(), (Dtype::F64, shape.to_vec(), bytes));
    }

    /// Adds a tensor of `i8`.
    pub fn put_i8(&mut self, name: &str, shape: &[usize], values: &[i8]) {
        let bytes = values.iter().map(|value| value.cast_unsigned()).collect();
        self.tensors.insert(name.to_owned(), (Dtype::I8, shape.to_vec(), bytes));
    }

    /// Adds a tensor of bytes.
    pub fn put_u8(&mut self, name: &str, shape: &[usize], values: &[u8]) {
        self.tensors.insert(name.to_owned(), (Dtype::U8, shape.to_vec(), values.to_vec()));
    }

    /// The file's bytes. `metadata` must serialise to a JSON object; `kind` and `version` are put before it.
    pub fn to_bytes<T: Serialize>(&self, kind: &str, version: u32, metadata: &T) -> Result<Vec<u8>> {
        let header = serde_json::to_string(&Header { kind: kind.to_owned(), version, metadata })
            .map_err(|e| model(e.to_string()))?;
        let views = self.tensors.iter().map(|(name, (dtype, shape, bytes))| {
            TensorView::new(*dtype, shape.clone(), bytes).map(|view| (name, view)).map_err(|e| model(e.to_string()))
        });
        let views = views.collect::<Result<Vec<_>>>()?;
        safetensors::serialize(views, Some(HashMap::from([(KEY.to_owned(), header)]))).map_err(|e| model(e.to_string()))
    }
}

/// A model file being read; the tensors stay where they are.
#[derive(Debug)]
pub struct ModelView<'b> {
    tensors: SafeTensors<'b>,
    header: String,
}

impl<'b> ModelView<'b> {
    /// Reads the header, and checks that this is a model of `kind` and of no newer version than `version`.
    /// A damaged, foreign or newer file is an [`ErrorKind::Model`].
    pub fn parse(bytes: &'b [u8], kind: &str, version: u32) -> Result<Self> {
        let foreign = |detail: String| model(format!("this is no model file of tamis, or a damaged one ({detail})"));
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|e| foreign(e.to_string()))?;
        let tensors = SafeTensors::deserialize(bytes).map_err(|e| foreign(e.to_string()))?;
        let header = metadata
            .metadata()
            .as_ref()
            .and_then(|m| m.get(KEY))
            .cloned()
            .ok_or_else(|| foreign("no header".to_owned()))?;
        let found: Kind = serde_json::from_str(&header).map_err(|e| foreign(e.to_string()))?;
        if found.kind != kind {
            return Err(model(format!("it is of kind {:?}, not {kind:?}", found.kind)));
        }
        if found.version > version {
            return Err(model(format!(
                "it is of version {}, this program reads up to {version}; update tamis",
                found.version
            )));
        }
        Ok(Self { tensors, header })
    }

    /// The metadata, as it was given to [`ModelFile::to_bytes`].
    pub fn metadata<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str::<Header<T>>(&self.header)
            .map(|h| h.metadata)
            .map_err(|e| model(format!("its header cannot be read ({e})")))
    }

    /// A tensor of `f32`, copied.
    pub fn f32(&self, name: &str) -> Result<Vec<f32>> {
        let bytes = self.bytes(name, Dtype::F32)?;
        Ok(bytes.as_chunks().0.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect())
    }

    /// A tensor of `f64`, copied.
    pub fn f64(&self, name: &str) -> Result<Vec<f64>> {
        let bytes = self.bytes(name, Dtype::F64)?;
        Ok(bytes.as_chunks().0.iter().map(|chunk| f64::from_le_bytes(*chunk)).collect())
    }

    /// A tensor of `i8`, as the bytes of the file (`byte as i8` is the value).
    pub fn i8(&self, name: &str) -> Result<&'b [u8]> {
        self.bytes(name, Dtype::I8)
    }

    /// A tensor of bytes.
    pub fn u8(&self, name: &str) -> Result<&'b [u8]> {
        self.bytes(name, Dtype::U8)
    }

    fn bytes(&self, name: &str, dtype: Dtype) -> Result<&'b [u8]> {
        let tensor = self.tensors.tensor(name).map_err(|e| model(format!("it lacks {name:?} ({e})")))?;
        if tensor.dtype() != dtype {
            return Err(model(format!("{name:?} is of another type than it should be")));
        }
        Ok(tensor.data())
    }
}

fn model(detail: String) -> Error {
    Error::new(ErrorKind::Model(detail))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn sample() -> Vec<u8> {
        let mut file = ModelFile::new();
        file.put_f32("w", &[2, 2], &[1.0, -2.0, 0.5, 4.0]);
        file.put_i8("q", &[3], &[-128, 0, 127]);
        file.put_f64("d", &[1], &[0.1]);
        file.put_u8("s", &[2], b"ab");
        file.to_bytes("test", 2, &json!({"bits": 18, "labels": ["a", "b"]})).unwrap()
    }

    #[test]
    fn what_is_written_is_read_and_bytes_repeat() {
        let bytes = sample();
        assert_eq!(bytes, sample());
        let view = ModelView::parse(&bytes, "test", 2).unwrap();
        assert_eq!(view.f32("w").unwrap(), [1.0, -2.0, 0.5, 4.0]);
        assert_eq!(view.i8("q").unwrap().iter().map(|b| b.cast_signed()).collect::<Vec<_>>(), [-128, 0, 127]);
        assert_eq!((view.f64("d").unwrap(), view.u8("s").unwrap()), (vec![0.1], &b"ab"[..]));
        assert_eq!(view.metadata::<Value>().unwrap()["bits"], 18);
        assert!(view.f32("q").is_err() && view.f32("none").is_err());
    }

    #[test]
    fn damaged_foreign_and_newer_files_are_refused_in_words() {
        let bytes = sample();
        let message = |bytes: &[u8], kind, version| ModelView::parse(bytes, kind, version).unwrap_err().to_string();
        assert!(message(&bytes[..40], "test", 2).contains("damaged"));
        assert!(message(b"not a model at all", "test", 2).contains("no model file"));
        assert!(message(&bytes, "other", 2).contains("of kind \"test\""));
        assert!(message(&bytes, "test", 1).contains("update tamis"));
        assert!(message(&[], "test", 1).contains("no model file"));
    }
}
