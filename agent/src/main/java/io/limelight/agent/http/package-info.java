/** The machine's REST API. */
@NullMarked
package io.limelight.agent.http;

import org.jspecify.annotations.NullMarked;
