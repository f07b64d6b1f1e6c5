package io.limelight.core.api;

import tools.jackson.databind.node.ObjectNode;

/**
 * A successful answer, understood and as it came.
 *
 * @param value the results, understood
 * @param envelope the whole body {@code {"code", "status", "results"}}, with members we do not know
 */
public record Answer<T>(T value, ObjectNode envelope) {}
