package dev.bramble.model;

/** Whether a node takes new work. Hard state: it outlives leaders and power cuts. */
public enum NodeStanding {
    /** Takes work. */
    READY,
    /** Takes no new work until an operator uncordons it; what runs goes on. */
    CORDONED
}
