package io.limelight.cli.peer;

/** Whose program plays a part. */
enum Side {
    LIMELIGHT,
    KEYLIME
}
