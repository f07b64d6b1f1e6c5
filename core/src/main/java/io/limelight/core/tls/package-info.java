/** Key and trust material, SSL contexts, pinned agent certificates. */
@NullMarked
package io.limelight.core.tls;

import org.jspecify.annotations.NullMarked;
