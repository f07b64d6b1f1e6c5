package io.limelight.core.tenant;

import java.nio.file.Path;

/** Where the bytes of a policy, a key or a signature come from. */
public sealed interface DocumentSource {
    /**
     * A file of this machine.
     *
     * @param path absolute
     */
    record LocalFile(Path path) implements DocumentSource {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * Something to fetch, once and without following redirects.
     *
     * @param url http or https
     */
    record Remote(String url) implements DocumentSource {}
}
