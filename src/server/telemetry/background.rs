//! Writes the log on a thread of its own. A reader of standard error that is slow or stuck would
//! otherwise stop every request that logs a line.

use std::{
    convert::Infallible,
    io::{self, Write},
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tracing_subscriber::fmt::MakeWriter;

/// The maximum size of the lines that wait, in bytes. Lines beyond it are dropped: a log that is
/// not read must not use up the memory.
const CAPACITY: usize = 1024 * 1024;

/// A log whose lines a thread writes. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Background(Arc<Shared>);

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    lines: Vec<u8>,
    /// Whether the thread is writing lines that it has taken.
    is_writing: bool,
    /// The number of lines that were dropped and not yet reported.
    dropped: u64,
}

impl Background {
    /// Starts the thread.
    pub(super) fn start(writer: impl Write + Send + 'static) -> Self {
        let background = Self::default();
        let of_thread = background.clone();
        thread::spawn(move || of_thread.write_lines(writer));
        background
    }

    /// Waits until all lines are written, but not longer than `timeout`.
    pub(super) fn wait(&self, timeout: Duration) {
        let is_busy = |waiting: &mut Waiting| waiting.is_writing || !waiting.lines.is_empty();
        let changed = &self.0.changed;
        drop(changed.wait_timeout_while(self.waiting(), timeout, is_busy));
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // No code that holds the lock can leave it in an invalid state.
        let waiting = self.0.waiting.lock();
        waiting.unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, line: &[u8]) {
        let mut waiting = self.waiting();
        if waiting.lines.len() + line.len() > CAPACITY {
            waiting.dropped += 1;
            drop(waiting);
            count_dropped(1);
        } else {
            waiting.lines.extend_from_slice(line);
            drop(waiting);
            self.0.changed.notify_all();
        }
    }

    fn write_lines(&self, mut writer: impl Write) -> Infallible {
        let mut lines = Vec::new();
        loop {
            self.take(&mut lines);
            let written = writer.write_all(&lines).and_then(|()| writer.flush());
            match written {
                Ok(()) => self.report_dropped(),
                // Nobody can be told in the log.
                Err(_) => count_dropped(lines_in(&lines)),
            }
        }
    }

    /// Waits for lines and takes them.
    fn take(&self, lines: &mut Vec<u8>) {
        lines.clear();
        let mut waiting = self.waiting();
        waiting.is_writing = false;
        self.0.changed.notify_all();
        let is_idle = |waiting: &mut Waiting| waiting.lines.is_empty();
        let waited = self.0.changed.wait_while(waiting, is_idle);
        let mut waiting = waited.unwrap_or_else(PoisonError::into_inner);
        mem::swap(&mut waiting.lines, lines);
        waiting.is_writing = true;
    }

    fn report_dropped(&self) {
        let dropped = mem::take(&mut self.waiting().dropped);
        if dropped > 0 {
            tracing::warn!(
                lines = dropped,
                "lines of the log were dropped, because they were not read fast enough"
            );
        }
    }
}

fn count_dropped(lines: u64) {
    metrics::counter!("doorcode_log_lines_dropped_total").increment(lines);
}

fn lines_in(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

impl<'a> MakeWriter<'a> for Background {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Write for Background {
    /// Each call receives a whole line.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.push(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{self, Receiver, SyncSender};

    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;

    /// A writer that blocks until the test takes what it has written.
    struct Pipe(SyncSender<Vec<u8>>);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let sent = self.0.send(bytes.to_vec());
            sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn start() -> (Background, Receiver<Vec<u8>>) {
        let (pipe, reader) = mpsc::sync_channel(0);
        (Background::start(Pipe(pipe)), reader)
    }

    #[test]
    fn lines_are_written_whole_and_in_order() {
        let (log, reader) = start();
        let lines: Vec<_> = (0..1_000)
            .map(|number| format!("line {number}\n"))
            .collect();
        let expected = lines.concat();
        for line in expected.split_inclusive('\n') {
            log.push(line.as_bytes());
        }
        let mut written = Vec::new();
        while written.len() < expected.len() {
            written.extend(reader.recv().expect("lines"));
        }
        assert_eq!(String::from_utf8(written).expect("text"), expected);
        log.wait(Duration::from_mins(1));
        assert!(log.waiting().lines.is_empty());
    }

    #[test]
    fn a_stuck_reader_blocks_nobody_and_dropped_lines_are_counted() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let (log, reader) = start();
        let line = [b"x".repeat(1_023), b"\n".to_vec()].concat();
        let fitting = CAPACITY / line.len();
        // The thread may have taken some of the lines before it got stuck.
        metrics::with_local_recorder(&recorder, || {
            (0..3 * fitting).for_each(|_| log.push(&line));
        });
        let dropped = log.waiting().dropped;
        let at_least = u64::try_from(fitting).expect("a number");
        assert!(dropped >= at_least, "{dropped}");
        let counted = format!("doorcode_log_lines_dropped_total {dropped}");
        assert!(recorder.handle().render().contains(&counted));
        // The end of the program does not wait for a stuck reader.
        log.wait(Duration::ZERO);
        let mut written = 0;
        let expected = u64::try_from(3 * fitting).expect("a number") - dropped;
        while written < expected {
            written += lines_in(&reader.recv().expect("lines"));
        }
        assert_eq!(written, expected);
    }

    #[test]
    fn a_reader_that_is_gone_stops_nothing() {
        let (log, reader) = start();
        drop(reader);
        (0..100).for_each(|_| log.push(b"line\n"));
        log.wait(Duration::from_mins(1));
        assert!(log.waiting().lines.is_empty());
    }
}
