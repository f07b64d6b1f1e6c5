/** What goes over the wire between tenant, registrar, verifier and agent (API 2.0 to 2.6), and typed clients for it. */
@NullMarked
package io.limelight.core.api;

import org.jspecify.annotations.NullMarked;
