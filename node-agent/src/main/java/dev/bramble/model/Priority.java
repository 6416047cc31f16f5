package dev.bramble.model;

/** A job's rank before deadlines and fairness are looked at; LOW comes last. */
public enum Priority {
    LOW,
    NORMAL,
    HIGH
}
