package io.limelight.core.tpm;

import org.jspecify.annotations.Nullable;

/** An IAK does not vouch for an AK; the message is a sentence for people. */
public final class KeyNotCertifiedException extends Exception {
    KeyNotCertifiedException(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }
}
