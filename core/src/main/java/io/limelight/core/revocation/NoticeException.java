package io.limelight.core.revocation;

import org.jspecify.annotations.Nullable;

/** What came is no notice; the message is half a sentence that begins with "the notice". */
public final class NoticeException extends Exception {
    private static final long serialVersionUID = 1L;

    NoticeException(String message) {
        this(message, null);
    }

    NoticeException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
