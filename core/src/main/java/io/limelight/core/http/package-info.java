/** Server glue over Jetty: listeners, routes, limits, envelopes. The only room that knows Jetty. */
@NullMarked
package io.limelight.core.http;

import org.jspecify.annotations.NullMarked;
