//! Keeps each log line a single line for every reader (OWASP ASVS 5.0, 16.4.1). Some readers end a
//! line at other characters than the line feed, and terminals interpret other control characters
//! than ESC. The formatter of the line already escapes the ASCII characters among them.

use std::io::{self, Write};

use tracing_subscriber::fmt::MakeWriter;

/// A writer that escapes line ends and control characters outside ASCII, as JSON does.
pub(super) struct OneLine<W>(pub(super) W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for OneLine<W> {
    type Writer = OneLine<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        OneLine(self.0.make_writer())
    }
}

impl<W: Write> Write for OneLine<W> {
    /// Each call receives a whole line.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        if text.contains(needs_escape) {
            self.0.write_all(escaped(&text).as_bytes())?;
        } else {
            self.0.write_all(line)?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn needs_escape(c: char) -> bool {
    !c.is_ascii() && (c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
}

fn escaped(text: &str) -> String {
    let escape = |c| {
        if needs_escape(c) {
            format!("\\u{:04x}", u32::from(c))
        } else {
            String::from(c)
        }
    };
    text.chars().map(escape).collect()
}
