package io.limelight.core.ima;

/** A key that can be read, but is of a kind or on a curve that cannot verify IMA signatures. */
public final class UnsupportedKeyException extends Exception {
    UnsupportedKeyException(String sentence) {
        super(sentence);
    }
}
