package io.limelight.core.json;

import java.io.IOException;
import java.io.Reader;

/**
 * A text of a JSON document that is read while the document is written, because it would not fit into memory beside its own
 * encodings. {@link WireJson#longText} makes a node of it, which only {@link WireJson#write} and {@link WireJson#length} take.
 */
@FunctionalInterface
public interface LongText {
    /** The text from its beginning; each time the same. Closed by who asked. */
    Reader open() throws IOException;
}
