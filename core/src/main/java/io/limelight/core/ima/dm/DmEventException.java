package io.limelight.core.ima.dm;

/** A buffer that is no device mapper event. */
public final class DmEventException extends Exception {
    DmEventException(String sentence) {
        super(sentence);
    }
}
