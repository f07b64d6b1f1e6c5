/** Device mapper events as the kernel measures them into {@code ima-buf} entries. */
@NullMarked
package io.limelight.core.ima.dm;

import org.jspecify.annotations.NullMarked;
