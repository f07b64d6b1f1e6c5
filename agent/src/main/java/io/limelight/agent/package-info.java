/** The headless agent of an attested machine. */
@NullMarked
package io.limelight.agent;

import org.jspecify.annotations.NullMarked;
