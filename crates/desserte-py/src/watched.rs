//! How does a long call stay interruptible?
//!
//! The engine works on a thread of its own, with the interpreter released. The
//! calling thread wakes ten times a second, lets Python handle signals, and
//! calls the progress function. Whatever either of them raises stops the engine
//! at its next step and is raised from the call.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    thread,
    time::Duration,
};

use desserte::Watch;
use pyo3::{exceptions::PyKeyboardInterrupt, prelude::*};

use crate::{
    errors::{DesserteError, Raised},
    threads::on_threads,
};

const BEAT: Duration = Duration::from_millis(100);

/// Says when the work is over, also if it panics.
#[derive(Default)]
struct Finish {
    is_over: Mutex<bool>,
    changed: Condvar,
}

struct OnDrop<'a>(&'a Finish);

impl Drop for OnDrop<'_> {
    fn drop(&mut self) {
        *self.0.is_over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
    }
}

impl Finish {
    /// Waits one beat, or less if the work is over before.
    fn wait(&self) -> bool {
        let is_over = self.is_over.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(is_over, BEAT, |is_over| !*is_over);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// Runs `work` while Python stays responsive.
pub(crate) fn watched<T: Send>(
    py: Python<'_>,
    progress: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Watch) -> Result<T, Raised> + Send,
) -> PyResult<T> {
    let (watch, finish) = (Watch::new(), Finish::default());
    let mut raised = None;
    let outcome = thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let _over = OnDrop(&finish);
            on_threads(|| work(&watch))?
        });
        while !py.detach(|| finish.wait()) {
            if let Err(error) = beat(py, progress, &watch) {
                watch.cancel();
                raised.get_or_insert(error);
            }
        }
        py.detach(|| worker.join())
    });
    match (raised, outcome) {
        (Some(error), _) => Err(error),
        (None, Ok(result)) => {
            let result = result?;
            report(progress, &watch, true)?;
            Ok(result)
        }
        (None, Err(_)) => Err(DesserteError::new_err(
            "the engine stopped on a broken assumption of its own; please report it with this call",
        )),
    }
}

/// Runs `work`, which gives its best so far when it is stopped; whether Ctrl-C stopped it.
pub(crate) fn watched_to_the_best<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(&Watch) -> Result<T, Raised> + Send,
) -> PyResult<(T, bool)> {
    let (mut kept, mut was_stopped) = (None, false);
    let outcome = watched(py, None, |watch| {
        kept = Some(work(watch)?);
        Ok(())
    });
    if let Err(error) = outcome {
        if kept.is_none() || !error.is_instance_of::<PyKeyboardInterrupt>(py) {
            return Err(error);
        }
        was_stopped = true;
    }
    match kept {
        Some(answer) => Ok((answer, was_stopped)),
        None => Err(DesserteError::new_err(
            "the engine gave no answer; please report it with this call",
        )),
    }
}

fn beat(py: Python<'_>, progress: Option<&Bound<'_, PyAny>>, watch: &Watch) -> PyResult<()> {
    py.check_signals()?;
    report(progress, watch, false)
}

/// Tells the progress function how far the work is; at its end, that all of it is done.
fn report(progress: Option<&Bound<'_, PyAny>>, watch: &Watch, is_over: bool) -> PyResult<()> {
    let Some(progress) = progress else { return Ok(()) };
    let (phase, done, total) = watch.progress();
    let done = if is_over { total } else { done };
    progress.call1((phase.name(), done, total)).map(|_| ())
}
