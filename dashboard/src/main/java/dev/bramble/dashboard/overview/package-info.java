/** The first page: how the bramble is, its nodes, its jobs. Shows what a viewer may see. */
package dev.bramble.dashboard.overview;
