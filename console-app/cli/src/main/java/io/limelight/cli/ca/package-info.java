/** {@code limelight ca}: the certificate authority for machines, with the flags of {@code keylime_ca}. */
@NullMarked
package io.limelight.cli.ca;

import org.jspecify.annotations.NullMarked;
