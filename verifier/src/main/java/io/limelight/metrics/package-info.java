/** What a service says of itself to whoever runs it: meters in Prometheus' text and its health, on a loopback port of their own. */
@org.jspecify.annotations.NullMarked
package io.limelight.metrics;
