package jpegls
import ("testing";"os";"fmt";"syscall";dt "lightbox/vision/dicom/dicomtest";"lightbox/vision/dicom/codec/jpegls/internal/encode";"lightbox/vision/dicom/codec/dispatch/codectest";"os/exec")
func cpu() float64 { var r syscall.Rusage; syscall.Getrusage(0,&r); return float64(r.Utime.Nano()+r.Stime.Nano())/1e6 }
func TestAdhoc(t *testing.T){ for i,f:=range []encode.Form{{Rows: 2048, Columns: 2048, Samples: 1, Bits: 12}, {Rows: 2048, Columns: 2048, Samples: 3, Bits: 8, Interleave: 2}, {Rows: 2048, Columns: 2048, Samples: 3, Bits: 8, Interleave: 0}} {
 n:=dt.Image{Rows: f.Rows, Columns: f.Columns, Samples: f.Samples, Stored: f.Bits, Raw: frame(f)}.Bytes(); p:=fmt.Sprintf("/tmp/w/hc/ls%d.dcm",i); os.WriteFile(p,n,0o600)
 if out,err:=exec.Command("dcmcjpls",[]string{"+pc","+is","+in"}[i],p,p+".jls").CombinedOutput();err!=nil{t.Fatal(string(out))}
 d,_:=codectest.Read(p+".jls"); decode(d.Frames[0]); s:=cpu(); for range 5 {decode(d.Frames[0])}; fmt.Printf("ours %d: %.1f ms cpu each\n",i,(cpu()-s)/5)
}}
