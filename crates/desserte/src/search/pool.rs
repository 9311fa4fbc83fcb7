//! Where do threads keep their scratch memory?
//!
//! In a pool: a thread takes a workspace for one search and gives it back, so
//! that there are never more of them than threads at work, and none is
//! allocated twice.

use std::{
    ops::{Deref, DerefMut},
    sync::{Mutex, PoisonError},
};

use crate::graph::RoadGraph;

use super::bounded::Workspace;

/// Workspaces of one graph that nobody is using.
#[derive(Debug)]
pub struct WorkspacePool<'a> {
    graph: &'a RoadGraph,
    idle: Mutex<Vec<Workspace>>,
}

impl<'a> WorkspacePool<'a> {
    /// An empty pool.
    #[must_use]
    pub const fn new(graph: &'a RoadGraph) -> Self {
        Self { graph, idle: Mutex::new(Vec::new()) }
    }

    /// Takes a workspace, or makes one; it comes back when the lease is dropped.
    #[must_use]
    pub fn lease(&self) -> Lease<'_> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let workspace = idle.unwrap_or_else(|| Workspace::new(self.graph));
        Lease { pool: self, workspace: Some(workspace) }
    }
}

/// A workspace on loan.
#[derive(Debug)]
pub struct Lease<'a> {
    pool: &'a WorkspacePool<'a>,
    workspace: Option<Workspace>,
}

impl Deref for Lease<'_> {
    type Target = Workspace;

    fn deref(&self) -> &Workspace {
        self.workspace.as_ref().expect("a lease holds its workspace until it is dropped")
    }
}

impl DerefMut for Lease<'_> {
    fn deref_mut(&mut self) -> &mut Workspace {
        self.workspace.as_mut().expect("a lease holds its workspace until it is dropped")
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(workspace) = self.workspace.take() {
            self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(workspace);
        }
    }
}
