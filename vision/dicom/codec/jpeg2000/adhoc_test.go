package jpeg2000
import ("testing";"os";"fmt";"syscall";"lightbox/vision/dicom/codec/jpeg2000/internal/encode")
func cpu() float64 { var r syscall.Rusage; syscall.Getrusage(0,&r); return float64(r.Utime.Nano()+r.Stime.Nano())/1e6 }
func TestAdhoc(t *testing.T){ for i,f:=range []encode.Form{{Rows: 2000, Columns: 2000, Samples: 1, Bits: 12}, {Rows: 2000, Columns: 2000, Samples: 1, Bits: 12, Lossy: true}, {Rows: 2000, Columns: 2000, Samples: 3, Bits: 8, Transform: true}} {
 d,_:=encoded(t,f); os.WriteFile(fmt.Sprintf("/tmp/w/hc/k%d.j2k",i),d,0o600); decode(d); s:=cpu(); for range 3 {decode(d)}; fmt.Printf("ours %d: %.1f ms cpu each\n",i,(cpu()-s)/3)
}}
