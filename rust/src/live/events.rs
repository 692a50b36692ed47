//! Writes events on a thread of its own, so that nothing waits for whoever reads them.

use std::io;
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

use crate::live::protocol::Event;
use crate::worker::Events;

/// What the writer is told.
enum Order {
    Write(Event),
    Close,
}

/// Takes events from any thread, in order.
#[derive(Clone)]
pub struct Outbox(Sender<Order>);

impl Outbox {
    /// An event that can no longer be written is lost. [`Writer::close`] tells why.
    pub fn send(&self, event: Event) {
        let _ = self.0.send(Order::Write(event));
    }
}

pub struct Writer {
    outbox: Outbox,
    thread: JoinHandle<io::Result<()>>,
}

impl Writer {
    pub fn start(mut events: Events) -> Self {
        let (sender, orders) = mpsc::channel();
        let thread = thread::spawn(move || {
            while let Ok(Order::Write(event)) = orders.recv() {
                events.send(&event)?;
                // Nothing comes after it, though messages may be open.
                if matches!(event, Event::Finished) {
                    break;
                }
            }
            Ok(())
        });
        Self {
            outbox: Outbox(sender),
            thread,
        }
    }

    pub fn outbox(&self) -> Outbox {
        self.outbox.clone()
    }

    /// Waits until everything that was sent before is written.
    pub fn close(self) -> io::Result<()> {
        let _ = self.outbox.0.send(Order::Close);
        self.thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}
