/** Keylime's configuration files, environment overrides and defaults; every value knows where it came from. */
@NullMarked
package io.limelight.core.config;

import org.jspecify.annotations.NullMarked;
