package io.limelight.core.http;

import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.handler.ErrorHandler;

/**
 * Paths that are refused because what they mean depends on who reads them: a name that is cut, joined or decoded on its way
 * would be stored as another one. Keylime's framework refuses none of them, so the answer is the envelope with a sentence.
 */
final class Addresses {
    /** What Jetty calls the method of a request whose first line it could not read. */
    private static final String NO_METHOD = "BAD";

    private Addresses() {}

    /** What is wrong with a path that the server has taken, but reads as another one. */
    static Optional<String> problem(HttpURI uri) {
        String raw = uri.getPath();
        if (raw == null) {
            return Optional.empty();
        }
        if (raw.indexOf(';') >= 0) {
            return sentence("holds a semicolon, and what follows it would be lost");
        }
        return Stream.of(raw.split("/", -1)).anyMatch(segment -> segment.equals(".") || segment.equals(".."))
                ? sentence("holds . or .. as a name, and would lead elsewhere")
                : Optional.empty();
    }

    /** What is wrong with the path of a request that the server itself has refused; empty if something else is wrong. */
    static Optional<String> refused(Request request) {
        // A path that cannot be decoded leaves no URI and no method behind, only the decoder's exception.
        if (request.getMethod().equals(NO_METHOD)
                && request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof Throwable failure
                && failure.getCause() instanceof IllegalArgumentException) {
            return sentence(
                    "cannot be decoded (behind a % stand two hexadecimal digits, and not 00) or leads out of it by ..");
        }
        HttpURI uri = request.getHttpURI();
        return Stream.of(UriCompliance.Violation.values())
                .filter(uri::hasViolation)
                .findFirst()
                .flatMap(violation -> sentence(of(violation)));
    }

    private static String of(UriCompliance.Violation violation) {
        return switch (violation) {
            case AMBIGUOUS_PATH_SEPARATOR -> "holds an encoded slash (%2F)";
            case AMBIGUOUS_PATH_SEGMENT, AMBIGUOUS_PATH_PARAMETER ->
                "holds . or .. in disguise, and would lead elsewhere";
            case AMBIGUOUS_PATH_ENCODING -> "holds an encoded percent sign (%25)";
            case AMBIGUOUS_EMPTY_SEGMENT -> "holds nothing between two slashes";
            case BAD_UTF8_ENCODING, TRUNCATED_UTF8_ENCODING -> "is no UTF-8 once it is decoded";
            case BAD_PERCENT_ENCODING, UTF16_ENCODINGS -> "holds a % that two hexadecimal digits do not follow";
            case FRAGMENT -> "is followed by a #";
            case USER_INFO -> "comes with a user's name before the host";
            case SUSPICIOUS_PATH_CHARACTERS, ILLEGAL_PATH_CHARACTERS ->
                "holds a control character, a backslash, or one that addresses only have encoded";
        };
    }

    private static Optional<String> sentence(String what) {
        return Optional.of("The path of the request " + what + ". Take a name without it.");
    }
}
