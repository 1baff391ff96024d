//! One kept connection of one client: the thinnest HTTP there is, since client and server share the
//! machine.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, StatusCode, body::Incoming, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use tokio::net::TcpStream;

use super::people::Device;

pub struct Line {
    sender: http1::SendRequest<Full<Bytes>>,
    host: String,
}

pub struct Answer {
    pub status: StatusCode,
    /// As it came over the wire, maybe packed.
    pub body: Bytes,
    packed: bool,
    pub cookie: Option<String>,
}

impl Line {
    pub async fn open(server: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self {
            sender,
            host: server.to_string(),
        })
    }

    /// A request as the app would send it, behind the proxy that every deployment has.
    fn request(
        &self,
        method: Method,
        path: &str,
        device: Option<&Device>,
    ) -> hyper::http::request::Builder {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.host)
            .header("x-rekam", "1");
        let Some(device) = device else { return request };
        let request = request
            .header(header::AUTHORIZATION, &device.bearer)
            .header("x-forwarded-for", &device.address);
        match &device.cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        }
    }

    pub async fn post(
        &mut self,
        path: &str,
        device: Option<&Device>,
        body: Bytes,
    ) -> Result<Answer> {
        let request = self
            .request(Method::POST, path, device)
            .header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Full::new(body))?).await
    }

    pub async fn get(&mut self, path: &str, device: Option<&Device>) -> Result<Answer> {
        let request = self.request(Method::GET, path, device);
        self.send(request.body(Full::default())?).await
    }

    /// With packing, as browsers ask for it.
    pub async fn get_packed(&mut self, path: &str, device: &Device) -> Result<Answer> {
        let request = self
            .request(Method::GET, path, Some(device))
            .header(header::ACCEPT_ENCODING, "br");
        self.send(request.body(Full::default())?).await
    }

    /// An answer whose body goes on.
    pub async fn listen(&mut self, path: &str, device: &Device) -> Result<Incoming> {
        let request = self.request(Method::GET, path, Some(device));
        self.sender.ready().await?;
        let response = self
            .sender
            .send_request(request.body(Full::default())?)
            .await?;
        ensure!(response.status() == StatusCode::OK, "{}", response.status());
        Ok(response.into_body())
    }

    pub fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Answer> {
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        let packed = response.headers().contains_key(header::CONTENT_ENCODING);
        let cookie = response.headers().get(header::SET_COOKIE);
        let cookie = cookie
            .and_then(|c| c.to_str().ok()?.split(';').next())
            .map(str::to_owned);
        let body = response.into_body().collect().await?.to_bytes();
        Ok(Answer {
            status,
            body,
            packed,
            cookie,
        })
    }
}

impl Answer {
    /// The body of an answer that is expected to be good and was not packed.
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        self.good()?;
        serde_json::from_slice(&self.body).context("an answer cannot be read")
    }

    pub fn good(&self) -> Result<()> {
        let text = || String::from_utf8_lossy(&self.body).into_owned();
        ensure!(self.status == StatusCode::OK, "{}: {}", self.status, text());
        Ok(())
    }

    /// The body of an answer that may be packed with brotli.
    pub fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        self.good()?;
        if !self.packed {
            return self.json();
        }
        let mut plain = Vec::with_capacity(self.body.len() * 8);
        brotli::BrotliDecompress(&mut self.body.as_ref(), &mut plain)?;
        Ok(serde_json::from_slice(&plain)?)
    }
}
