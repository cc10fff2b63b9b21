//! Lines that stay one line for every reader: some end a line at more than the line feed that ends
//! ours, and terminals take more than ESC for a command (OWASP ASVS 5.0, 16.4.1). What ASCII has of
//! that is escaped by who formats the line.

use std::io::{self, Write};

use tracing_subscriber::fmt::MakeWriter;

/// Escapes line ends and control characters beyond ASCII, as JSON does.
pub(super) struct OneLine<W>(pub(super) W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for OneLine<W> {
    type Writer = OneLine<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        OneLine(self.0.make_writer())
    }
}

impl<W: Write> Write for OneLine<W> {
    /// A line always comes whole.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        if text.contains(is_hostile) {
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

fn is_hostile(c: char) -> bool {
    !c.is_ascii() && (c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
}

fn escaped(text: &str) -> String {
    let escape = |c| {
        if is_hostile(c) {
            format!("\\u{:04x}", u32::from(c))
        } else {
            String::from(c)
        }
    };
    text.chars().map(escape).collect()
}
