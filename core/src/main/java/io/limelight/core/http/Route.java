package io.limelight.core.http;

/**
 * One method on one path.
 *
 * @param method the HTTP method
 * @param template path template, see {@link Routes}
 * @param access who may use it
 * @param action what the refusal text calls it, for example {@code list_registrations}
 * @param maxBody largest request body in bytes
 * @param handler answers it
 */
public record Route(String method, String template, Access access, String action, int maxBody, HttpHandler handler) {}
