/** Where boards stand and how the cluster hangs together: its pages, the layout's editor, and the layout over REST. */
package dev.bramble.dashboard.topology;
