package io.limelight.console.shell;

/** Covers the whole window while it is seen: what is below cannot be clicked, and is not to be changed by keys either. */
public interface Covering {}
