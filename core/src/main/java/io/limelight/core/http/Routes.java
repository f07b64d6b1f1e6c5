package io.limelight.core.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Finds the handler of a request.
 *
 * <p>A template is a list of segments: a word matches itself, {@code {name}} matches one non-empty segment, and
 * {@code v{version}} matches {@code v2}, {@code v2.6}… when the {@linkplain Builder#versions accepted versions} contain it.
 * The template {@code /**} matches every path. A trailing slash is ignored, as the originals ignore it.
 */
public final class Routes {
    /** The name under which the version of the path is kept. */
    static final String VERSION = "version";

    private static final List<String> ANY_PATH = List.of("**");

    private static final Pattern VERSION_SEGMENT = Pattern.compile("v[0-9]{1,3}(\\.[0-9]{1,3})?");

    private final List<Compiled> routes;
    private final Predicate<String> versions;
    private final Function<String, HttpReply> unsupportedVersion;
    private final NotFound notFound;
    private final int tooLarge;
    private final boolean opaquePaths;

    private Routes(Builder builder) {
        this.routes = List.copyOf(builder.routes);
        this.versions = builder.versions;
        this.unsupportedVersion = builder.unsupportedVersion;
        this.notFound = builder.notFound;
        this.tooLarge = builder.tooLarge;
        this.opaquePaths = builder.opaquePaths;
    }

    /** Starts an empty table. */
    public static Builder builder() {
        return new Builder();
    }

    /** The status for a body that is larger than its route takes. */
    int tooLarge() {
        return tooLarge;
    }

    /** Whether a path may hold what some programs read differently. */
    boolean opaquePaths() {
        return opaquePaths;
    }

    /** What a table has to say about a request. */
    sealed interface Match {
        /** A route takes it. */
        record Found(Route route, Map<String, String> variables) implements Match {}

        /** Nobody takes it; this is the answer. */
        record Refused(HttpReply reply) implements Match {}
    }

    /** The answer for a path nobody knows; agents have texts of their own. */
    @FunctionalInterface
    public interface NotFound {
        /** Answers the unknown path, or a known path with the wrong method. */
        HttpReply reply(String method, List<String> segments, Set<String> allowedMethods);
    }

    Match match(String method, String path) {
        List<String> segments = segments(path);
        if (!segments.isEmpty() && VERSION_SEGMENT.matcher(segments.getFirst()).matches()) {
            String version = segments.getFirst().substring(1);
            if (!versions.test(version)) {
                return new Match.Refused(unsupportedVersion.apply(version));
            }
        }
        Set<String> allowed = new LinkedHashSet<>();
        for (Compiled candidate : routes) {
            Optional<Map<String, String>> variables = candidate.match(segments);
            if (variables.isPresent()) {
                if (candidate.route.method().equals(method)) {
                    return new Match.Found(candidate.route, variables.get());
                }
                allowed.add(candidate.route.method());
            }
        }
        return new Match.Refused(notFound.reply(method, segments, allowed));
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        int end = path.length() > 1 && path.endsWith("/") ? path.length() - 1 : path.length();
        int start = path.startsWith("/") ? 1 : 0;
        if (start >= end) {
            return segments;
        }
        for (String segment : path.substring(start, end).split("/", -1)) {
            segments.add(segment);
        }
        return segments;
    }

    private record Compiled(Route route, List<String> template) {
        Optional<Map<String, String>> match(List<String> segments) {
            if (template.equals(ANY_PATH)) {
                return Optional.of(Map.of());
            }
            if (segments.size() != template.size()) {
                return Optional.empty();
            }
            Map<String, String> variables = new LinkedHashMap<>();
            for (int i = 0; i < segments.size(); i++) {
                String pattern = template.get(i);
                String segment = segments.get(i);
                if (pattern.equals("v{version}")) {
                    if (!VERSION_SEGMENT.matcher(segment).matches()) {
                        return Optional.empty();
                    }
                    variables.put(VERSION, segment.substring(1));
                } else if (pattern.startsWith("{")) {
                    if (segment.isEmpty()) {
                        return Optional.empty();
                    }
                    variables.put(pattern.substring(1, pattern.length() - 1), segment);
                } else if (!pattern.equals(segment)) {
                    return Optional.empty();
                }
            }
            return Optional.of(variables);
        }
    }

    /** Collects routes. */
    public static final class Builder {
        private final List<Compiled> routes = new ArrayList<>();
        private Predicate<String> versions = version -> false;
        private int tooLarge = 413;
        private boolean opaquePaths;
        private Function<String, HttpReply> unsupportedVersion = version -> HttpReply.empty(404, "Not Found");
        private NotFound notFound = (method, segments, allowed) -> allowed.isEmpty()
                ? HttpReply.empty(404, "Not Found")
                : new HttpReply.Empty(405, "Method Not Allowed", Map.of("Allow", String.join(", ", allowed)));

        private Builder() {}

        /** Which versions a path may start with. */
        public Builder versions(Predicate<String> accepted) {
            this.versions = accepted;
            return this;
        }

        /** The status for a body that is larger than its route takes; 413 (RFC 9110 §15.5.14) unless set. */
        public Builder tooLarge(int status) {
            this.tooLarge = status;
            return this;
        }

        /**
         * Takes paths with encoded slashes and empty segments, which are refused otherwise because two programs may read them
         * differently. Only for routes whose access does not depend on the path.
         */
        public Builder opaquePaths() {
            this.opaquePaths = true;
            return this;
        }

        /** The answer to a version that is not accepted; 404 without a body unless set. */
        public Builder unsupportedVersion(Function<String, HttpReply> reply) {
            this.unsupportedVersion = reply;
            return this;
        }

        /** The answer to an unknown path or method; 404 and 405 without a body unless set. */
        public Builder notFound(NotFound reply) {
            this.notFound = reply;
            return this;
        }

        /** Adds a route for anyone, without a body. */
        public Builder get(String template, HttpHandler handler) {
            return add(new Route("GET", template, Access.ANYONE, "", 0, handler));
        }

        /** Adds a route. */
        public Builder add(Route route) {
            routes.add(new Compiled(route, segments(route.template())));
            return this;
        }

        /** The finished table. */
        public Routes build() {
            return new Routes(this);
        }
    }
}
