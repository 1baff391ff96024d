//! Enums whose variant stands in a field of their JSON: `{"is":"left"}`.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, EnumAccess, Error as _, IntoDeserializer, VariantAccess, Visitor},
    forward_to_deserialize_any,
};
use serde_json::{Error, Map, Value};

/// Defines such an enum. Serde's own `tag` reads by way of a buffer that nothing else uses, so that
/// the code of every field inside is compiled a second time; this reads by way of [`Value`], and a
/// phone has less to load.
macro_rules! tagged {
    (
        #[tag = $tag:literal]
        $(#[$meta:meta])*
        pub enum $name:ident { $($body:tt)* }
    ) => {
        $(#[$meta])*
        #[derive(serde::Serialize)]
        #[serde(tag = $tag, rename_all = "snake_case")]
        pub enum $name { $($body)* }

        const _: () = {
            use $name as Tagged;

            #[derive(serde::Deserialize)]
            #[serde(remote = "Tagged", rename_all = "snake_case")]
            #[allow(dead_code, reason = "stands for the enum while it is read")]
            enum Fields { $($body)* }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    let variant = crate::tagged::Variant::read($tag, from)?;
                    Fields::deserialize(variant).map_err(serde::de::Error::custom)
                }
            }
        };
    };
}
pub(crate) use tagged;

/// A variant that has been read, and the fields beside it.
pub struct Variant {
    name: String,
    fields: Fields,
}

pub struct Fields(Map<String, Value>);

impl Variant {
    pub fn read<'de, D: Deserializer<'de>>(tag: &'static str, from: D) -> Result<Self, D::Error> {
        let mut fields = Map::deserialize(from)?;
        match fields.remove(tag) {
            Some(Value::String(name)) => Ok(Self {
                name,
                fields: Fields(fields),
            }),
            _ => Err(D::Error::missing_field(tag)),
        }
    }
}

impl<'de> Deserializer<'de> for Variant {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Error;
    type Variant = Fields;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Fields), Error> {
        let name = seed.deserialize(Value::String(self.name).into_deserializer())?;
        Ok((name, self.fields))
    }
}

impl<'de> VariantAccess<'de> for Fields {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(Value::Object(self.0))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("fields without names"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        Value::Object(self.0).deserialize_any(visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;
    use serde_json::{from_value, json, to_value};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    pub struct Why {
        why: u8,
    }

    tagged! {
        #[tag = "is"]
        #[derive(Debug, PartialEq)]
        pub enum Ours {
            Waiting,
            GoneHome {
                #[serde(default)]
                to: Option<String>,
            },
            Refused(Why),
        }
    }

    /// The same by serde alone.
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "is", rename_all = "snake_case")]
    enum Serdes {
        Waiting,
        GoneHome {
            #[serde(default)]
            to: Option<String>,
        },
        Refused(Why),
    }

    #[test]
    fn reads_and_writes_as_serde_does() {
        for json in [
            json!({"is": "waiting"}),
            json!({"is": "waiting", "from": "a newer build"}),
            json!({"is": "gone_home"}),
            json!({"is": "gone_home", "to": "Ambon"}),
            json!({"to": "Ambon", "is": "gone_home", "more": []}),
            json!({"is": "gone_home", "to": 7}),
            json!({"is": "refused", "why": 3}),
            json!({"is": "refused"}),
            json!({"is": "unheard_of"}),
            json!({"is": 1}),
            json!({}),
            json!("waiting"),
            json!(null),
        ] {
            let serdes = from_value::<Serdes>(json.clone()).map(|read| to_value(read).unwrap());
            let ours = from_value::<Ours>(json.clone()).map(|read| to_value(read).unwrap());
            assert_eq!(ours.ok(), serdes.ok(), "{json}");
            let ours = serde_json::from_str::<Ours>(&json.to_string());
            assert_eq!(ours.ok(), from_value::<Ours>(json).ok());
        }
    }
}
