package dev.bramble.model;

/** What a token opens. */
public enum TokenPurpose {
    /** The REST API, in the name of a user. */
    API,
    /** The pages and the REST API, in the name of a user who has logged in. */
    SESSION,
    /** Enrolment of agents. */
    JOIN_AGENT,
    /** Enrolment of heads. */
    JOIN_HEAD,
    /** The first admin's set-up, once. */
    SETUP
}
